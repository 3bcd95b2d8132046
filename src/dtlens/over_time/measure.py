"""Skill, calibration and localisation while a model trains: what comes first (claim 26)?"""

from functools import partial

import numpy as np
import pandas as pd
from jaxtyping import UInt8

from dtlens.behaviour.ablation import ablations, on_policy_windows
from dtlens.behaviour.refusals import bank_probabilities
from dtlens.behaviour.roles import roles
from dtlens.behaviour.settings import Behaviour
from dtlens.model.transformer import DecisionTransformer
from dtlens.play.calibration import calibrate
from dtlens.play.calibration_error import calibration_error
from dtlens.play.settings import Calibration
from dtlens.task.settings import Environment


def moments(rows: int, points: int) -> list[int]:
    """Which rows of a learning curve to measure at, counted from 1: ever further apart."""
    return sorted(set(np.geomspace(1, rows, points).round().astype(int).tolist()))


def measure(
    model: DecisionTransformer,
    scenes: tuple[pd.DataFrame, UInt8[np.ndarray, "scene 7 7 3"]],
    behaviour: Behaviour,
    calibration: Calibration,
    episodes: int,
    environment: Environment,
    device: str,
) -> pd.DataFrame:
    """A model as it is now. Columns: measure, of (what), value.

    return, of each reward-to-go of `behaviour`; error (of calibration); and of each behaviour of
    `roles`: strength, part (the top component's) and localisation (its share of all parts).
    """
    policy = partial(model, last=True)
    played = calibrate(policy, model.cell.context, calibration, episodes, environment, device)
    asked = played[played["rtg"].isin(behaviour.rtg)]
    rows = [("return", f"{row['rtg']:g}", row["mean_return"]) for _, row in asked.iterrows()]
    rows.append(("error", "all requests", calibration_error(played)))

    seed, rtgs = behaviour.seed, behaviour.rtg
    bank = bank_probabilities(policy, scenes, rtgs, seed, device)
    tables = [bank.assign(component="none", reference="none")]
    windows = on_policy_windows(model, behaviour, environment, device)
    for component, reference, edited in ablations(model, windows, ["mean"], seed):
        table = bank_probabilities(edited, scenes, rtgs, seed, device)
        tables.append(table.assign(component=component, reference=reference))
    found = roles(pd.concat(tables, ignore_index=True))
    for _, top in found[found["top"]].drop_duplicates("behaviour").iterrows():
        names = {"strength": "strength", "part": "part", "localisation": "share"}
        rows += [(name, top["behaviour"], top[column]) for name, column in names.items()]
    return pd.DataFrame(rows, columns=["measure", "of", "value"])
