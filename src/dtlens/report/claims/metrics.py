"""The headline numbers, with their intervals; and the few of them that `dvc metrics` shows."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from dtlens.base.statistics import MODELS, Number, mean_over
from dtlens.report.arms import RECIPE
from dtlens.report.claims.acceptance import RETURNS, is_right, of_table, outside
from dtlens.report.claims.data import success
from dtlens.report.claims.evidence import Model, Study

OURS = ("index", "one_hot")  # the arms of our recipe: what the promise is about


def interval(number: Number) -> dict[str, float | None]:
    """A number of headline.json; None where there is no interval."""
    values = {"value": number.value, "low": number.low, "high": number.high}
    return {name: None if np.isnan(value) else value for name, value in values.items()}


def of_arm(models: list[Model]) -> dict[str, Any]:
    """How many models there are, how many as promised of ours, and what they return."""
    found = list(returns_of(models).values())
    means = {rtg: mean_over(np.array([one[rtg] for one in found]), MODELS) for rtg in RETURNS}
    returns = {f"told {rtg:g}": interval(number) for rtg, number in means.items()}
    return {"models": len(found), "as_promised": sum(map(is_right, found)), "returns": returns}


def returns_of(models: list[Model]) -> dict[str, dict[float, float]]:
    """By model, the returns that something is promised of."""
    return {
        model.cell.name: of_table(table)
        for model in models
        if (table := model.tables("calibration")) is not None
    }


def promised(study: Study, arms: Iterable[str]) -> tuple[int, list[str]]:
    """How many agents and models something is promised of, and a line for each that is not so."""
    successes = {run: number.value for arm in arms for run, number in success(study, arm).items()}
    returns = returns_of([model for arm in arms for model in study.arms[arm]])
    return len(successes) + len(returns), outside(successes, returns)


def headline(study: Study, readings: pd.DataFrame) -> dict[str, Any]:
    """Everything in results/headline.json, which `dtlens diff` compares."""
    arms = [arm for arm in OURS if arm in study.arms]
    count, broken = promised(study, arms)
    promise: dict[str, Any] = {"kept": count - len(broken), "of": count}
    return {
        "agent": {
            run: {"success": interval(number)}
            for arm in study.arms
            for run, number in success(study, arm).items()
        },
        "models": {arm: of_arm(study.arms[arm]) for arm in (*arms, RECIPE) if arm in study.arms},
        "claims": readings["reading"].value_counts().sort_index().to_dict(),
        "promise": promise | ({"outside": "; ".join(broken)} if broken else {}),
    }


def metrics(headline: dict[str, Any]) -> dict[str, float]:
    """Everything in results/metrics.json, a line on a screen: how many agents and models of ours
    are as promised, what the models return (the mean of their arms), how claims are read."""
    arms = [arm for arm in OURS if arm in headline["models"]]

    def returned(told: str) -> float:
        return float(np.mean([headline["models"][a]["returns"][told]["value"] for a in arms]))

    told = [f"told {rtg:g}" for rtg in RETURNS]
    promise = {"as promised": headline["promise"]["kept"], "of": headline["promise"]["of"]}
    return promise | {name: returned(name) for name in told} | headline["claims"]
