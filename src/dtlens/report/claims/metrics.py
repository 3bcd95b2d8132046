"""The headline numbers, with their intervals; and the few of them that `dvc metrics` shows."""

from typing import Any

import numpy as np
import pandas as pd

from dtlens.base.statistics import Number, mean_over
from dtlens.report.arms import OURS, REPLICA
from dtlens.report.claims.acceptance import RETURNS, is_right, of_table, outside
from dtlens.report.claims.data import solves, success
from dtlens.report.claims.evidence import Model, Study


def interval(number: Number) -> dict[str, float | None]:
    """A number of headline.json; None where there is no interval."""
    values = {"value": number.value, "low": number.low, "high": number.high}
    return {name: None if np.isnan(value) else value for name, value in values.items()}


def returns_of(models: list[Model]) -> dict[str, dict[float, float]]:
    """By model, the returns that something is promised of."""
    return {
        model.cell.name: of_table(table)
        for model in models
        if (table := model.tables("calibration")) is not None
    }


def of_arm(models: list[Model]) -> dict[str, Any]:
    """How many models there are, how many as promised of ours, and what runs of the agent return in
    the mean over their seeds."""
    found = returns_of(models)
    table = pd.DataFrame(found).T
    by_run = table.groupby([model.cell.run for model in models if model.cell.name in found]).mean()
    returns = {
        f"told {rtg:g}": interval(mean_over(by_run[rtg].to_numpy(), "runs")) for rtg in RETURNS
    }
    right = sum(map(is_right, found.values()))
    return {"models": len(found), "as_promised": right, "returns": returns}


def headline(study: Study, readings: pd.DataFrame) -> dict[str, Any]:
    """Everything in results/headline.json, which `dtlens diff` compares."""
    ours = [arm for arm in OURS if arm in study.arms]
    agents = {
        study.runs(arm)[run]: number
        for arm in study.arms
        for run, number in success(study, arm).items()
    }
    of_ours = {data for arm in ours for data in study.runs(arm).values()}
    returns = returns_of([model for arm in ours for model in study.arms[arm]])
    broken = outside({data: agents[data].value for data in sorted(of_ours)}, returns)
    count = len(of_ours) + len(returns)
    promise: dict[str, Any] = {"kept": count - len(broken), "of": count}
    return {
        "agent": {data: {"success": interval(number)} for data, number in agents.items()},
        "replica": {"solves_the_game": solves(study, REPLICA)},
        "models": {arm: of_arm(study.arms[arm]) for arm in (*ours, REPLICA) if arm in study.arms},
        "statements": readings["reading"].value_counts().sort_index().to_dict(),
        "promise": promise | ({"outside": "; ".join(broken)} if broken else {}),
    }


def metrics(headline: dict[str, Any]) -> dict[str, float]:
    """Everything in results/metrics.json, a line on a screen: how many agents and models of ours
    are as promised, what the models return (the mean of their arms), how statements are read."""
    arms = [arm for arm in OURS if arm in headline["models"]]

    def returned(told: str) -> float:
        return float(np.mean([headline["models"][a]["returns"][told]["value"] for a in arms]))

    told = [f"told {rtg:g}" for rtg in RETURNS]
    promise = {"as promised": headline["promise"]["kept"], "of": headline["promise"]["of"]}
    return promise | {name: returned(name) for name in told} | headline["statements"]
