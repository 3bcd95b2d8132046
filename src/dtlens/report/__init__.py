"""What becomes of the study's claims: judged, summarised, drawn.

Begin with `claims.listed`, every claim of the study, and `claims.judge`, how numbers become
verdicts. `arms` are the groups of models that are compared, `figures` has a module a figure, and
`grid` is the summary over hyperparameters.
All reads the tables of `analysis` and `play`; `claims.chance` alone computes, of untrained models.
"""
