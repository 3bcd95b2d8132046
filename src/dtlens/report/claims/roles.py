"""Which head has which role in each model of the arms."""

import pandas as pd

from dtlens.analysis.behaviour.roles import roles
from dtlens.report.claims.evidence import Study


def roles_of_arms(study: Study) -> pd.DataFrame:
    """Columns: arm, cell, run, seed, and those of `behaviour.roles.roles`."""
    tables = [
        roles(shapley).assign(
            arm=arm, cell=model.cell.name, run=model.cell.run, seed=model.cell.seed
        )
        for arm, models in study.arms.items()
        for model in models
        if (shapley := model.tables("shapley")) is not None
    ]
    table = pd.concat(tables, ignore_index=True)
    first = ["arm", "cell", "run", "seed"]
    return table[[*first, *table.columns.drop(first)]]
