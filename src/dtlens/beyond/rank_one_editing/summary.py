"""Edits over the models of every arm, and what models return with the calibration edit."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.attainable_returns.returns import errors, inside
from dtlens.beyond.attainable_returns.settings import AttainableReturns
from dtlens.beyond.means import means, of_arms

SCENES = ["arm", "edit", "wanted", "place", "key", "measure"]
PLAY = ["arm", "edit", "place", "kind", "rtg", "event"]
RETURNS = ["arm", "place", "wanted"]
MEASURES = ["before", "after", "divergence", "reached"]


def main() -> None:
    targets = load("attainable_returns", AttainableReturns).targets
    scenes = of_arms("rank_one_editing/{}/scenes.csv")
    scenes["reached"] = scenes["after"].notna().astype(float)
    returns = of_arms("rank_one_editing/{}/returns.csv").assign(way="as_told")
    plain = of_arms("attainable_returns/{}/returns.csv").assign(place="none", wanted=1.0)
    returns = pd.concat([plain, returns], ignore_index=True)
    told = inside(returns[returns["way"] == "as_told"], targets)
    tables = {
        "": means(scenes.melt(SCENES[:-1], MEASURES, "measure"), SCENES),
        "_play": means(of_arms("rank_one_editing/{}/play.csv"), PLAY),
        "_errors": means(errors(returns, RETURNS, targets), [*RETURNS, "way", "error"]),
        "_returns": means(told, [*RETURNS, "rtg"], "mean_return"),
    }
    for name, table in tables.items():
        write_csv(Path(f"results/beyond/rank_one_editing{name}.csv"), table)


if __name__ == "__main__":
    run(main)
