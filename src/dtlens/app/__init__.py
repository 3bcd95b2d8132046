"""An app in the browser: play the game, and watch a model decide."""
