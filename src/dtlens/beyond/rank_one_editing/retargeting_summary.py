"""How far models of each dose can be sent to each cell, in their mean."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.means import means, of_groups
from dtlens.beyond.rank_one_editing.settings import GoalRetargeting
from dtlens.beyond.rooms.kinds import DOSES
from dtlens.beyond.training_diversity.settings import FIRST, TrainingDiversity

KEYS = ["dose", "cell", "edit", "event"]
ALL = "all"  # the mean over the cells


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """A row per dose and what its tables hold, and per mean of that over the cells: the mean with
    Student's interval over models. `rows` has dose, name, cell, edit, event, value."""
    of_all = rows.groupby(["dose", "name", "edit", "event"], sort=False, as_index=False)["value"]
    both = pd.concat([rows, of_all.mean().assign(cell=ALL)])
    table = means(both, KEYS)
    table.insert(1, "places", [len(DOSES[dose].goals) for dose in table["dose"]])
    return table


def main() -> None:
    chosen = load("goal_retargeting", GoalRetargeting).recipe
    models = load("training_diversity", TrainingDiversity).doses
    names = {dose: [cell.name for cell in models[dose]] for dose in (FIRST, *chosen)}
    rows = of_groups("goal_retargeting/{}.csv", names, "dose")
    write_csv(Path("results/beyond/goal_retargeting.csv"), summarise(rows))


if __name__ == "__main__":
    run(main)
