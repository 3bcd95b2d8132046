"""Training a Decision Transformer."""
