"""Every number that claims ask for: of one model, and of all arms."""

from collections.abc import Iterable, Iterator

import pandas as pd

from dtlens.base.statistics import Number
from dtlens.report.claims.evidence import Model, Study
from dtlens.report.claims.judge import Claim, Shared

OF_MODEL = ["claim", "measure", "reference", *Number._fields]
COLUMNS = ["claim", "measure", "reference", "arm", "run", "seed", *Number._fields]


def of_model(claims: Iterable[Claim], model: Model) -> pd.DataFrame:
    """What claims ask of one model: a row a statement and reference, where it can be asked.

    Columns: claim (its number), measure, reference, value, low, high (95% within the model), n,
    unit.
    """
    rows = [
        (claim.number, statement.measure, reference, *number)
        for claim in claims
        for statement in claim.statements
        if not isinstance(statement, Shared)
        for reference in statement.references
        if (number := statement.of(model, reference)) is not None
    ]
    return pd.DataFrame(rows, columns=OF_MODEL)


def _shared(claims: Iterable[Claim], study: Study, arm: str) -> pd.DataFrame:
    rows = [
        (claim.number, statement.measure, "", run, *number)
        for claim in claims
        for statement in claim.statements
        if isinstance(statement, Shared)
        for run, number in statement.of(study, arm).items()
    ]
    return pd.DataFrame(rows, columns=["claim", "measure", "reference", "run", *Number._fields])


def of_arms(claims: list[Claim], study: Study) -> pd.DataFrame:
    """What claims ask of every arm: a row a model, or a run of the agent (see `Shared`).

    Columns: `COLUMNS`; a checkpoint of the study has neither run nor seed.
    """

    def parts() -> Iterator[pd.DataFrame]:
        for arm, models in study.arms.items():
            for model in models:
                cell = model.cell
                named = {"run": cell.run, "seed": cell.seed} if cell.recipe else {}
                yield of_model(claims, model).assign(arm=arm, **named)
            yield _shared(claims, study, arm).assign(arm=arm)

    table = pd.concat(parts(), ignore_index=True)
    return table.reindex(columns=COLUMNS).sort_values(["claim"], kind="stable", ignore_index=True)
