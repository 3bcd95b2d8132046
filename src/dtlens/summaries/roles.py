"""What seeds have in common: which component carries which behaviour."""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np
import pandas as pd

from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.behaviour.roles import roles
from dtlens.behaviour.settings import Behaviour
from dtlens.stats import mean_interval
from dtlens.summaries.seeds import over_seeds
from dtlens.sweeps import OfStudysCell


def summarise(table: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
    """What seeds have in common: the top components, and how localised the behaviours are.

    `table` holds the roles of many models, with the columns encoding, run and seed. Only models
    that behave so count. Columns: encoding, behaviour, measure (strength; part and share, both
    of the top component), value, low, high (95% bootstrap over seeds), seeds, components (how often
    each is the top one).
    """
    top = table[table["top"] & table["share"].notna()]
    by = ["encoding", "behaviour"]
    summary = over_seeds(top, by, ["strength", "part", "share"], generator)
    counts = top.groupby([*by, "component"]).size().reset_index(name="times")
    said = counts["component"] + " " + counts["times"].astype(str)
    components = said.groupby([counts[name] for name in by]).agg(", ".join)
    return summary.join(components.rename("components"), on=by)


def compare_encodings(
    table: pd.DataFrame, first: str, second: str, generator: np.random.Generator
) -> pd.DataFrame:
    """Does the second encoding localise better? The difference of the top components' shares.

    Columns: behaviour, difference (second less first, mean over the seeds that behave so in
    both), low, high (95% bootstrap over seeds), seeds.
    """
    top = table[table["top"] & table["share"].notna()]
    rows = []
    for behaviour, group in top.groupby("behaviour", sort=False):
        wide = group.pivot_table(index=["run", "seed"], columns="encoding", values="share")
        pairs = wide.reindex(columns=[first, second]).dropna()
        if len(pairs):
            difference = (pairs[second] - pairs[first]).to_numpy()
            low, high = mean_interval(difference, generator)
            rows.append((behaviour, difference.mean(), low, high, len(pairs)))
    return pd.DataFrame(rows, columns=["behaviour", "difference", "low", "high", "seeds"])


RESULTS = Path("results")


def main() -> None:
    tables = []
    for cell in load("headline", OfStudysCell).cells:
        table = roles(read_csv(RESULTS / f"ablation/{cell.name}.csv"))
        table.insert(0, "encoding", cell.encoding)
        table.insert(1, "run", cell.run)
        table.insert(2, "seed", cell.seed)
        tables.append(table)
    table = pd.concat(tables, ignore_index=True)
    generator = np.random.default_rng(load("behaviour", Behaviour).seed)
    write_csv(RESULTS / "roles.csv", table)
    write_csv(RESULTS / "roles_summary.csv", summarise(table, generator))
    compared = compare_encodings(table, "index", "one_hot", generator)
    write_csv(RESULTS / "roles_encodings.csv", compared)


if __name__ == "__main__":
    run(main)
