"""A Decision Transformer's play, and its calibration."""
