"""Behaviour changed by one rank-1 edit of the weights, and judged in play."""
