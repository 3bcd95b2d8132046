"""Rooms of the game, placed as one likes: one in MiniGrid's own environment, many in NumPy."""
