"""The game that is played, and its environments in batches."""
