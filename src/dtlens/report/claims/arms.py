"""Whom a claim is asked of: the study's own models, its recipe, and ours."""

from pathlib import Path

import pandas as pd

from dtlens.report.arms import AGAIN, MIXED, OWN, TITLES, cells_by_arm
from dtlens.report.claims.evidence import Model, Study, of_results, read

# Checkpoints of the study: what `dtlens judge` found in each, kept with the project.
REFERENCES = Path("references")
# By the arms between the recipes effects are told apart; no claim is judged by them.
ARMS = {arm: title for arm, title in TITLES.items() if arm not in MIXED}


def arms() -> Study:
    """The models of every arm that params.yaml names."""
    cells = cells_by_arm()
    return Study({arm: [Model(c, of_results(c)) for c in own] for arm, own in cells.items()})


def references() -> dict[str, pd.DataFrame]:
    """What was measured of the study's checkpoints, by arm."""
    tables = {name: read(REFERENCES / f"{name}.csv") for name in (OWN, AGAIN)}
    return {name: table.fillna({"reference": ""}) for name, table in tables.items()}
