"""Where a file came from: the commit, stages, inputs and parameters that made it.

Begin with `trace`, from a file back to the parameters. `history` reads dvc.lock in every commit,
`locks` says which stage made what from what.
`diff` says what changed between two states of the project, and `verify` runs stages again and
compares what they make.
"""
