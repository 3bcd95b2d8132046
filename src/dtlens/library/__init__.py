"""What `import dtlens` gives: a model from a name or file, states, and what to do with them.

Begin with docs/library.md, then `experiments` (what a model does, whole or ablated) and `reasons`
(which parts make it do so). `loading` and `study_checkpoints` read models of anyone,
`analysing` and `judging` do with any checkpoint what the pipeline does with its own,
and `page` writes what `dtlens analyse` leaves.
"""
