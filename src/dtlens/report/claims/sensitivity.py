"""Which verdicts hang on a choice of ours: the bounds, the play, the reference, the unit."""

from collections.abc import Iterator

import pandas as pd

from dtlens.report.claims.judge import ABLATIONS, SAMPLED, Claim, by_claim, judged, numbers

AS_JUDGED, SAMPLED_PLAY, BY_RUN = "as judged", "sampled play", "runs as units"
KEYS = ["claim", "measure", "arm"]


def scaled(bounds: "pd.Series[float]", factor: float) -> "pd.Series[float]":
    """Bounds as far again from what they are set against: from 0, or from 1 if that is nearer."""
    near_one = (bounds - 1).abs() < bounds.abs()
    return bounds.mask(near_one, 1 + factor * (bounds - 1)).where(near_one, factor * bounds)


def variants(measures: pd.DataFrame, claims: list[Claim]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each variant's name, and the numbers as they are by it."""
    table = numbers(measures, claims)
    yield AS_JUDGED, table
    for factor in (0.5, 1.5):
        bounds = {name: scaled(table[name], factor) for name in ("above", "below")}
        yield f"bounds x {factor:g}", table.assign(**bounds)
    drawn = table[table["reference"] == SAMPLED]
    likeliest = table.merge(drawn[KEYS], how="left", indicator=True)["_merge"].eq("both")
    instead = table[~(likeliest.to_numpy() & (table["reference"] == ""))]
    instead = instead.assign(reference=instead["reference"].replace(SAMPLED, ""))
    yield SAMPLED_PLAY, instead
    for reference in ABLATIONS:
        others = set(ABLATIONS) - {reference}
        yield reference, table[~table["reference"].isin(others)]
    by_run = [*KEYS, "reference", "run"]
    means = measures.groupby(by_run, sort=False, dropna=False)
    averaged = means.agg({**dict.fromkeys(measures.columns.drop(by_run), "first"), "value": "mean"})
    yield BY_RUN, numbers(averaged.reset_index(), claims)


def sensitivity(measures: pd.DataFrame, claims: list[Claim]) -> pd.DataFrame:
    """Each arm's verdict on each claim by every variant. Columns: claim, arm, variant, verdict."""
    tables = [
        by_claim(judged(table)).assign(variant=name) for name, table in variants(measures, claims)
    ]
    columns = ["claim", "arm", "variant", "verdict"]
    return pd.concat(tables, ignore_index=True)[columns]


def moved(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `sensitivity` whose verdict is another than as judged."""
    judged = table[table["variant"] == AS_JUDGED].set_index(["claim", "arm"])["verdict"]
    usual = judged.reindex(pd.MultiIndex.from_frame(table[["claim", "arm"]])).to_numpy()
    return table[table["verdict"].to_numpy() != usual]
