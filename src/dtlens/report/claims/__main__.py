"""Judge every claim of the study in every arm, and write the report."""

import json
import sys

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import atomic_write, write_csv
from dtlens.report.arms import RECIPE
from dtlens.report.claims import arms
from dtlens.report.claims.data import forward_in_data
from dtlens.report.claims.effects import causes, effects
from dtlens.report.claims.evidence import RESULTS, Study
from dtlens.report.claims.judge import Claim, Statement, judged, numbers
from dtlens.report.claims.listed import CLAIMS
from dtlens.report.claims.measures import of_arms
from dtlens.report.claims.metrics import headline, metrics
from dtlens.report.claims.readings import readings
from dtlens.report.claims.report import write
from dtlens.report.claims.roles import roles_of_arms
from dtlens.report.claims.sensitivity import sensitivity
from dtlens.report.claims.variance import variance


def with_data(judged: pd.DataFrame, claims: list[Claim], study: Study) -> pd.DataFrame:
    """With the column `data`: the training data's own P(forward), where a statement names one."""
    asked = {
        (claim.number, statement.measure): statement.data
        for claim in claims
        for statement in claim.statements
        if isinstance(statement, Statement)
    }
    shares = [
        forward_in_data(study, row["arm"], *data)
        if (data := asked.get((row["claim"], row["measure"])))
        else float("nan")
        for _, row in judged.iterrows()
    ]
    return judged.assign(data=shares)


def main() -> None:
    study = arms.arms()
    measures = of_arms(CLAIMS, study, arms.references())
    found = with_data(judged(numbers(measures, CLAIMS)), CLAIMS, study)
    found_readings, moving = readings(found, CLAIMS), sensitivity(measures, CLAIMS)
    made = effects(measures, study.arms[RECIPE][0].cell.encoding)
    tables = {
        "measures": measures,
        "claims": found,
        "readings": found_readings,
        "sensitivity": moving,
        "effects": made,
        "variance": variance(measures),
        "roles": roles_of_arms(study),
    }
    for name, table in tables.items():
        write_csv(RESULTS / f"{name}.csv", table)
    measured = headline(study, found_readings)
    if broken := measured["promise"].get("outside"):
        print(f"not as promised on this machine: {broken}", file=sys.stderr)
    for name, values in {"headline": measured, "metrics": metrics(measured)}.items():
        with atomic_write(RESULTS / f"{name}.json") as temporary:
            temporary.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    text = write(CLAIMS, found, found_readings, moving, causes(made, CLAIMS))
    with atomic_write(RESULTS / "claims.md") as temporary:
        temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    run(main)
