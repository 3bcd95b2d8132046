"""The Decision Transformer: what it computes, and how it learns.

Begin with `transformer`; `block` is its attention and MLP. `cell` says what a model is, in its
name, and `sweeps` which models there are.
`train` is the stage that trains one: `training` has the loop, `batches` what it reads, and
`initialise` where it starts.
"""
