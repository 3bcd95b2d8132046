"""Decision Transformers that play MiniGrid: trained, calibrated and taken apart."""
