"""A clock with a known answer: what each method says of models that must wait for their time."""
