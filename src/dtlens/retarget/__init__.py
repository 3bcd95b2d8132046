"""An edit that sends a model to a chosen cell, as if the goal were there."""
