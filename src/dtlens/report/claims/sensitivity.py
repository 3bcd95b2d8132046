"""Which readings hang on a choice of ours: the bounds, the play, the reference, the unit."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dtlens.report.claims.judge import BESIDE, KEYS, Claim, decisive, tally, with_verdicts
from dtlens.report.claims.readings import readings

BY_RUN = "runs as units"


def scaled(bounds: "pd.Series[float]", factor: float) -> "pd.Series[float]":
    """Rule as far again from what they are set against: from 0, or from 1 if that is nearer."""
    near_one = (bounds - 1).abs() < bounds.abs()
    return bounds.mask(near_one, 1 + factor * (bounds - 1)).where(near_one, factor * bounds)


def variants(judged: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each variant's name, and the judged measures as they are by it."""
    for factor in (0.5, 1.5):
        bounds = {name: scaled(judged[name], factor) for name in ("above", "below")}
        yield f"bounds x {factor:g}", with_verdicts(judged.assign(**bounds))
    for beside in BESIDE:
        other = judged[judged["reference"] == beside]
        of_claims = other.groupby("claim")["measure"].agg(set)
        keys = zip(judged["claim"], judged["measure"], strict=True)
        same = np.array([measure in of_claims.get(claim, ()) for claim, measure in keys])
        yield beside, pd.concat([judged[~same], other.assign(reference="")])
    by_run = [*KEYS, "run"]
    names = judged.columns.drop(by_run)
    chosen = dict.fromkeys(names, "first") | dict.fromkeys(["value", "low", "high"], "mean")
    of_models = judged["run"].notna()
    means = judged[of_models].groupby(by_run, sort=False).agg(chosen)
    yield BY_RUN, pd.concat([judged[~of_models], with_verdicts(means.reset_index())])


def sensitivity(
    judged: pd.DataFrame, found: pd.DataFrame, claims: list[Claim], solves: bool
) -> pd.DataFrame:
    """The readings that are others by a variant than those `found`.

    Columns: claim, measure, variant, reading."""
    usual = found.set_index(["claim", "measure"])["reading"]
    tables = [
        readings(tally(decisive(table)), claims, solves).assign(variant=name)
        for name, table in variants(judged)
    ]
    table = pd.concat(tables, ignore_index=True)
    same = usual.reindex(pd.MultiIndex.from_frame(table[["claim", "measure"]])).to_numpy()
    moved = table[table["reading"].to_numpy() != same]
    return moved[["claim", "measure", "variant", "reading"]].reset_index(drop=True)
