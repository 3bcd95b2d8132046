"""What weights and placed scenes say of a model, without a change to it."""
