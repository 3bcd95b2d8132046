"""`python -m benchmarks`: the project's speed, on one thread, after a run of the pipeline."""

import dtlens.base.stage  # noqa: F401  (one thread, before any library reads it)

from benchmarks import (
    calibration,
    environment,
    orchestration,
    parallel,
    start,
    trace,
    training,
    trajectories,
    waiting,
    worlds,
)
from dtlens.base.errors import one_line_errors

with one_line_errors():
    for part in (
        start,
        trace,
        environment,
        worlds,
        trajectories,
        training,
        calibration,
        orchestration,
        parallel,
        waiting,
    ):
        for name, value in part.measure().items():
            print(f"{name}: {value:.2f}", flush=True)
