"""Skill, calibration and localisation while a model trains: what comes first (claim 26)?"""

from functools import partial

import numpy as np
import pandas as pd

from dtlens.analysis.behaviour.ablation import on_policy_windows
from dtlens.analysis.behaviour.edits import bank_logits, bank_values, make_edits
from dtlens.analysis.behaviour.effects import effect_tables
from dtlens.analysis.behaviour.roles import roles
from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.lens.preferences import forward_probability
from dtlens.env.dynamic_obstacles import AVOIDANCES, ENTERED
from dtlens.env.settings import Environment
from dtlens.model.transformer import DecisionTransformer, Windows
from dtlens.play.calibration import calibrate
from dtlens.play.calibration_error import calibration_error
from dtlens.play.settings import Calibration

CARRIED = 0.25  # an avoidance of which components carry less has no share to give


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

    return, of each reward-to-go of `behaviour`; error (of calibration); and of each avoidance of
    what should be entered at the other end: strength (1 - P(forward) in the bank) and `top_share`.
    """
    policy = partial(model, last=True)
    played = calibrate(policy, model.cell.context, calibration, episodes, environment)
    targets = played[played["rtg"].isin(behaviour.rtg)]
    rows = [("return", f"{row['rtg']:g}", row["mean_return"]) for _, row in targets.iterrows()]
    rows.append(("error", "all target RTGs", calibration_error(played)))

    seen, target_rtgs = on_policy_windows(model, behaviour, environment), list(windows)
    edits = make_edits(model, seen, ["mean"], behaviour.seed)
    logits, generator = bank_logits(edits, windows), np.random.default_rng(behaviour.seed)
    _, shapley = effect_tables(edits, bank_values(logits, fronts), target_rtgs, generator)
    forward, found = forward_probability(logits[0]).numpy(), roles(shapley)
    ends = {"low": np.argmin(target_rtgs), "high": np.argmax(target_rtgs)}
    for name, (front, end) in AVOIDANCES.items():
        if front in ENTERED:
            rows.append(("strength", name, 1 - forward[ends[end], fronts == front].mean()))
            rows.append(("top_share", name, top_share(found[found["behaviour"] == name])))
    return pd.DataFrame(rows, columns=["measure", "of", "value"])


def top_share(found: pd.DataFrame) -> float:
    """What one component carries, in the rows of `roles` about one behaviour.

    The Shapley value on the testing half of the component that has the largest on the choosing
    half, as a share of the sum of the positive ones. NaN if all components' sum, the avoidance of
    the whole model less that of the all-ablated one, is below `CARRIED`.
    """
    if found["testing"].sum() < CARRIED:
        return np.nan
    top = found.nlargest(1, "choosing")["testing"].item()
    return float(top / found["testing"].clip(lower=0).sum())
