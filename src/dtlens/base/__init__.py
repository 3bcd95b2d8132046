"""What everything else stands on: settings, errors, files and statistics.

Nothing here knows of games or models. Begin with `stage`, in which every stage of dvc.yaml runs,
and `settings`, which reads params.yaml; `errors` has the one error that a user can cause.
`intervals` and `statistics` make the intervals: within a model, and over several.
"""
