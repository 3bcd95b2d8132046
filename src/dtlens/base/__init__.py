"""What every room stands on: settings, errors, files, tensors, stage entries."""
