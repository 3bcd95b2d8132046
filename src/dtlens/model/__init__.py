"""The Decision Transformer: what one is, and what it computes."""
