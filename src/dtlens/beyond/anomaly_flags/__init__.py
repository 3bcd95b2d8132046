"""Whether a model says, before a step, that the step will do harm."""
