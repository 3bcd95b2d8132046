"""A model measured while it trains."""
