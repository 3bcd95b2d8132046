"""The project's speed, as ratios."""
