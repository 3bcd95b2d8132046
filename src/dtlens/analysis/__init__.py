"""Every table about one model."""
