"""Which head has which role in each model of the arms."""

import pandas as pd

from dtlens.analysis.behaviour.roles import roles
from dtlens.report.claims.evidence import Study


def roles_of_arms(study: Study) -> pd.DataFrame:
    """Columns: arm, cell, run, seed, and those of `behaviour.roles.roles`; a checkpoint of the
    study is called by its arm."""
    tables = []
    for arm, models in study.arms.items():
        for model in models:
            cell = model.cell
            name = cell.name if cell.recipe else arm
            if (shapley := model.tables("shapley")) is not None:
                labels = {"arm": arm, "cell": name, "run": cell.run, "seed": cell.seed}
                tables.append(roles(shapley).assign(**labels))
    table = pd.concat(tables, ignore_index=True)
    first = ["arm", "cell", "run", "seed"]
    return table[[*first, *table.columns.drop(first)]]
