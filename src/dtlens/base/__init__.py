"""What every room stands on: settings, errors, files, provenance, tensors, stage entries."""
