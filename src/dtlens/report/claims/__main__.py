"""Judge every claim of the study in every arm, and write the report."""

import json
import sys

from dtlens.base.stage import run

from dtlens.base.files import atomic_write, read_csv, write_csv
from dtlens.report.arms import REPLICA
from dtlens.report.claims.data import learners, solves
from dtlens.report.claims.effects import effects
from dtlens.report.claims.evidence import RESULTS, Study
from dtlens.report.claims.judge import judged, tally
from dtlens.report.claims.listed import CLAIMS
from dtlens.report.claims.measures import of_arms
from dtlens.report.claims.metrics import headline, metrics
from dtlens.report.claims.readings import readings
from dtlens.report.claims.report import Found, page, pages
from dtlens.report.claims.roles import roles_of_arms
from dtlens.report.claims.sensitivity import sensitivity


def main() -> None:
    study = Study.of_project()
    measures = judged(of_arms(CLAIMS, study), CLAIMS)
    counted, plays = tally(measures), solves(study, REPLICA)
    found = readings(counted, CLAIMS, plays)
    tables = {
        "measures": measures.drop(columns=["above", "below"]),
        "claims": counted,
        "readings": found,
        "sensitivity": sensitivity(measures, found, CLAIMS, plays),
        "effects": effects(measures),
        "roles": roles_of_arms(study),
    }
    for name, table in tables.items():
        write_csv(RESULTS / f"{name}.csv", table)
    measured = headline(study, found)
    if broken := measured["promise"].get("outside"):
        print(f"not as promised on this machine: {broken}", file=sys.stderr)
    everything = Found(
        measures,
        counted,
        found,
        tables["sensitivity"],
        tables["effects"],
        read_csv(RESULTS / "chance.csv"),
        learners(study, REPLICA),
    )
    texts = {f"claims/{name}.md": text for name, text in pages(CLAIMS, everything).items()}
    texts["claims.md"] = page(CLAIMS, everything)
    for name, values in {"headline": measured, "metrics": metrics(measured)}.items():
        texts[f"{name}.json"] = json.dumps(values, indent=2) + "\n"
    for name, text in texts.items():
        with atomic_write(RESULTS / name) as temporary:
            temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    run(main)
