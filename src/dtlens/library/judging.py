"""What the study's claims come to in one checkpoint: what `dtlens judge` does."""

from pathlib import Path

import pandas as pd

from dtlens.analysis.of_model import calibration, for_claims
from dtlens.library.analysing import bank_for
from dtlens.library.study_checkpoints import load_any
from dtlens.report.claims.evidence import Model
from dtlens.report.claims.judge import judged, numbers
from dtlens.report.claims.listed import CLAIMS
from dtlens.report.claims.measures import of_model

EPISODES = 200  # at each reward-to-go of the calibration


def judge(file: Path) -> pd.DataFrame:
    """Every statement that can be asked of one model, measured and judged by its own interval.

    Columns: claim, measure, reference, value, low, high, n, unit, above, below, verdict, statement
    (the verdict that all its references give). Raises `UserError` naming a file that is no
    checkpoint.
    """
    model = load_any(file)
    found = {"calibration": calibration(model, EPISODES)} | dict(
        for_claims(model, bank_for(file, model))
    )
    measures = of_model(CLAIMS, Model(model.cell, found.get)).assign(arm=file.stem, model="")
    return judged(numbers(measures, CLAIMS)).drop(columns="arm")
