"""Edits over the models of every arm, and what models return with the calibration edit."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.attainable_returns.returns import errors, inside
from dtlens.beyond.attainable_returns.settings import AttainableReturns
from dtlens.beyond.means import Values, grouped, means, of_arms, over_models

SCENES = ["arm", "edit", "wanted", "place", "key", "measure"]
PLAY = ["arm", "edit", "place", "kind", "rtg", "event"]
RETURNS = ["arm", "place", "wanted", "way"]
MEASURES = ["before", "after", "divergence", "reached"]


def of_errors(returns: pd.DataFrame, targets: list[float]) -> Values:
    """The errors of returns, by arm, place, strength and way of asking."""
    for key, rows in returns.groupby(RETURNS, sort=False):
        found = [
            errors(table, str(key[-1]), targets) for _, table in rows.groupby("name", sort=False)
        ]
        for error in ("mean", "episode"):
            yield (*key, error), [values[error] for values in found]


def main() -> None:
    targets = load("attainable_returns", AttainableReturns).targets
    scenes = of_arms("rank_one_editing/{}/scenes.csv")
    scenes["reached"] = scenes["after"].notna().astype(float)
    returns = of_arms("rank_one_editing/{}/returns.csv").assign(way="as_told")
    plain = of_arms("attainable_returns/{}/returns.csv").assign(place="none", wanted=1.0)
    returns = pd.concat([plain, returns], ignore_index=True)
    curves = grouped(inside(returns, "as_told", targets), [*RETURNS[:-1], "rtg"], "mean_return")
    tables = {
        "": means(scenes.melt(SCENES[:-1], MEASURES, "measure"), SCENES),
        "_play": means(of_arms("rank_one_editing/{}/play.csv"), PLAY),
        "_errors": over_models(of_errors(returns, targets), [*RETURNS, "error"]),
        "_returns": over_models(curves, [*RETURNS[:-1], "rtg"]),
    }
    for name, table in tables.items():
        write_csv(Path(f"results/beyond/rank_one_editing{name}.csv"), table)


if __name__ == "__main__":
    run(main)
