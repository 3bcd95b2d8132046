"""The Decision Transformer on TransformerLens, and what interventions act on and measure."""
