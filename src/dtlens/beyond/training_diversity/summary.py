"""What models and agents of each dose do, in their mean, and compared with our recipe's."""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy import stats

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.means import means, of_groups
from dtlens.beyond.rooms.kinds import DOSES
from dtlens.beyond.training_diversity.settings import FIRST, TrainingDiversity

KEYS = ["player", "kind", "event"]
MORE = ["more", "more_low", "more_high"]
PerModel = Float[np.ndarray, " model"]


def welch(one: PerModel, other: PerModel) -> tuple[float, float, float]:
    """The difference of two means with Welch's 95% interval, as wide as 0 where neither varies."""
    difference = float(one.mean() - other.mean())
    if min(len(one), len(other)) < 2:
        return difference, np.nan, np.nan
    if one.std() == other.std() == 0:
        return difference, difference, difference
    interval = stats.ttest_ind(one, other, equal_var=False).confidence_interval()
    return difference, float(interval.low), float(interval.high)


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """A row per dose and what its tables hold: the mean with Student's interval over models, and
    `more`, `more_low`, `more_high`: how much more it is than of the first dose (see `welch`)."""
    by = {key: group["value"].to_numpy() for key, group in rows.groupby(["dose", *KEYS])}
    table = means(rows, ["dose", *KEYS])
    table[MORE] = [welch(by[dose, *key], by[FIRST, *key]) for dose, *key in by_row(table)]
    table.insert(1, "places", [len(DOSES[dose].goals) for dose in table["dose"]])
    table.insert(2, "colours", [len(DOSES[dose].colours) for dose in table["dose"]])
    return table


def by_row(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(table[["dose", *KEYS]].itertuples(index=False, name=None))


def main() -> None:
    doses = load("training_diversity", TrainingDiversity).doses
    names = {dose: [cell.name for cell in cells] for dose, cells in doses.items()}
    rows = of_groups("training_diversity/{}.csv", names, "dose")
    write_csv(Path("results/beyond/training_diversity.csv"), summarise(rows))


if __name__ == "__main__":
    run(main)
