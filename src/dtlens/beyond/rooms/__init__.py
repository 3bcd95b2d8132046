"""Rooms of the game that are unlike those of training: simulated in batches, named by kind."""
