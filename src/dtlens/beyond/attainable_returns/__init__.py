"""Which returns can be had in the game, and what it takes that a model returns what it is told."""
