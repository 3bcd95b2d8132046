"""Skill, calibration and localisation while a model trains: what comes first (claim 26)?"""

from functools import partial

import numpy as np
import pandas as pd

from dtlens.behaviour.ablation import ablations, on_policy_windows
from dtlens.behaviour.refusals import bank_probabilities
from dtlens.behaviour.roles import roles
from dtlens.behaviour.settings import Behaviour
from dtlens.lens.hooked_model import HookedDecisionTransformer
from dtlens.model.transformer import DecisionTransformer, Windows
from dtlens.play.calibration import calibrate
from dtlens.play.calibration_error import calibration_error
from dtlens.play.settings import Calibration
from dtlens.task.settings import Environment


def moments(rows: int, points: int) -> list[int]:
    """Which rows of a learning curve to measure at, counted from 1: ever further apart."""
    return sorted(set(np.geomspace(1, rows, points).round().astype(int).tolist()))


def measure(
    model: DecisionTransformer,
    windows: dict[float, Windows],
    fronts: "pd.Series[str]",
    behaviour: Behaviour,
    calibration: Calibration,
    episodes: int,
    environment: Environment,
) -> pd.DataFrame:
    """A model as it is now. Columns: measure, of (what), value.

    return, of each reward-to-go of `behaviour`; error (of calibration); and of each behaviour of
    `roles`: strength, part (the top component's) and localisation (its share of all parts).
    """
    policy = partial(model, last=True)
    played = calibrate(policy, model.cell.context, calibration, episodes, environment)
    targets = played[played["rtg"].isin(behaviour.rtg)]
    rows = [("return", f"{row['rtg']:g}", row["mean_return"]) for _, row in targets.iterrows()]
    rows.append(("error", "all requests", calibration_error(played)))

    hooked, seed = HookedDecisionTransformer(model), behaviour.seed
    bank = bank_probabilities(policy, windows, fronts, seed)
    tables = [bank.assign(component="none", reference="none")]
    seen = on_policy_windows(model, behaviour, environment)
    for component, reference, edited in ablations(hooked, seen, ["mean"], seed):
        table = bank_probabilities(edited, windows, fronts, seed)
        tables.append(table.assign(component=component, reference=reference))
    found = roles(pd.concat(tables, ignore_index=True))
    for _, top in found[found["top"]].drop_duplicates("behaviour").iterrows():
        names = {"strength": "strength", "part": "part", "localisation": "share"}
        rows += [(name, top["behaviour"], top[column]) for name, column in names.items()]
    return pd.DataFrame(rows, columns=["measure", "of", "value"])
