"""What the study's claims come to in one checkpoint: what `dtlens judge` does."""

from pathlib import Path

import pandas as pd

from dtlens.analysis.of_model import calibration, for_claims
from dtlens.library.analysing import EPISODES, bank_for
from dtlens.library.study_checkpoints import load_any
from dtlens.report.claims.evidence import Model
from dtlens.report.claims.judge import judged
from dtlens.report.claims.listed import CLAIMS
from dtlens.report.claims.measures import of_model


def judge(file: Path) -> pd.DataFrame:
    """Every statement that can be asked of one model, measured and judged by its own interval.

    Columns: claim, measure, reference, value, low, high, n, unit, above, below, holds (1 or 0; no
    number where there is no bound). Raises `UserError` naming a file that is no checkpoint.
    """
    model = load_any(file)
    found = {"calibration": calibration(model, EPISODES)} | dict(
        for_claims(model, bank_for(file, model))
    )
    return judged(of_model(CLAIMS, Model(model.cell, found.get)), CLAIMS)
