"""What patching and gradients say of a model."""
