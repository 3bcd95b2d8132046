"""What a model does, whole and ablated: in placed scenes, and in its own play."""
