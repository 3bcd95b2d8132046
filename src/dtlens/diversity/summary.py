"""What models and agents of each dose do, in their mean, and against our recipe's."""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy import stats

from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.claims.statistics import MODELS, mean_over
from dtlens.diversity.settings import Diversity
from dtlens.worlds.kinds import DOSES

KEYS = ["player", "kind", "event"]
Values = Float[np.ndarray, " model"]


def welch(one: Values, other: Values) -> tuple[float, float, float]:
    """The difference of two means with Welch's 95% interval, as wide as 0 where neither varies."""
    difference = float(one.mean() - other.mean())
    if min(len(one), len(other)) < 2:
        return difference, np.nan, np.nan
    if one.std() == other.std() == 0:
        return difference, difference, difference
    interval = stats.ttest_ind(one, other, equal_var=False).confidence_interval()
    return difference, float(interval.low), float(interval.high)


def summarise(doses: dict[str, list[pd.DataFrame]]) -> pd.DataFrame:
    """A row per dose and what its tables hold: the mean with Student's interval over models, and
    `more`, `more_low`, `more_high`: how much more it is than of the first dose (see `welch`)."""
    rows = []
    first, *_ = doses.values()
    base = {key: group["value"].to_numpy() for key, group in pd.concat(first).groupby(KEYS)}
    for dose, tables in doses.items():
        places, colours = len(DOSES[dose].goals), len(DOSES[dose].colours)
        for key, group in pd.concat(tables).groupby(KEYS, sort=False):
            values = group["value"].to_numpy()
            number = mean_over(values, MODELS)
            numbers = (number.value, number.low, number.high, number.n)
            rows.append((dose, places, colours, *key, *numbers, *welch(values, base[key])))
    columns = ["dose", "places", "colours", *KEYS, "value", "low", "high", "n"]
    return pd.DataFrame(rows, columns=[*columns, "more", "more_low", "more_high"])


def main() -> None:
    doses = {
        dose: [read_csv(Path(f"results/diversity/{cell.name}.csv")) for cell in cells]
        for dose, cells in load("diversity", Diversity).doses.items()
    }
    write_csv(Path("results/diversity.csv"), summarise(doses))


if __name__ == "__main__":
    run(main)
