"""What lies beyond the study, asked of the same models: a pipeline of its own, beyond/dvc.yaml.

A sub-package a question, each with its settings, its stages' entries, a `summary` over models, a
`chapter` and a `figure`; `report` writes results/beyond.md and draws the figures. Begin with
`out_of_distribution`: it plays models in the changed rooms of `rooms`. Nothing imports from here.
"""
