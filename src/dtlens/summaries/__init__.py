"""Tables over many models."""
