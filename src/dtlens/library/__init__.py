"""What `import dtlens` gives: a model from a name or file, scenes, and what to do with them."""
