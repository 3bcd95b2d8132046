"""Recorded episodes: what they hold, and their file."""
