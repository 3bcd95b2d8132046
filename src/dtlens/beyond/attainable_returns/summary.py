"""How near the models of every arm, and those that learned from late episodes, come to targets."""

from collections.abc import Iterator
from pathlib import Path

from dtlens.base.stage import run

import numpy as np
import pandas as pd

from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.beyond.attainable_returns.attainable import attainable
from dtlens.beyond.attainable_returns.control import of_errors, of_targets
from dtlens.beyond.attainable_returns.returns import errors
from dtlens.beyond.attainable_returns.settings import DELAYED, AttainableReturns, DelayedGoal
from dtlens.beyond.means import Values, means, over_models
from dtlens.env.settings import Environment
from dtlens.model.cell import Cell
from dtlens.play.calibration_error import calibration_error
from dtlens.play.settings import Calibration
from dtlens.report.arms import cells_by_arm

RESULTS = Path("results/beyond")
GROUP = ["models", "encoding", "dose"]


def returns_of(cell: Cell) -> pd.DataFrame:
    table = read_csv(RESULTS / f"attainable_returns/{cell.name}/returns.csv")
    return table.assign(encoding=cell.encoding)


Groups = dict[tuple[str, str, int], list[pd.DataFrame]]  # by `GROUP`


def returns_by_group(arms: dict[str, list[Cell]], delayed: DelayedGoal) -> Groups:
    """The returns of every model: those of the arms, and those that learned from late episodes."""
    groups: Groups = {
        (arm, cells[0].encoding, 0): [returns_of(cell) for cell in cells]
        for arm, cells in arms.items()
    }
    for cell in delayed.cells:
        if cell.recipe != delayed.control:
            key = (DELAYED, cell.encoding, delayed.doses[str(cell.recipe)])
            groups.setdefault(key, []).append(returns_of(cell))
    return groups


def of_players(best: pd.DataFrame, agents: list[pd.DataFrame], targets: list[float]) -> Values:
    """What models are compared with: the best there is, the agent, and one return for all."""
    least = {
        "mean": calibration_error(best.assign(mean_return=best["mean"])),
        "episode": float(np.sqrt((best["episode_error"] ** 2).mean())),
    }
    columns = {"mean": "error", "episode": "episode_error"}
    played = [table[table["rtg"].isin(targets)] for table in agents]
    for error, value in least.items():
        of_agents = [float(np.sqrt((table[columns[error]] ** 2).mean())) for table in played]
        yield ("any player", "", 0, "as_told", error), [value]
        yield ("the delayed-goal agent", "", 0, "as_told", error), of_agents
        yield ("one return for all", "", 0, "as_told", error), [float(np.std(targets))]


def of_any_player(best: pd.DataFrame) -> pd.DataFrame:
    """The best mean return at each target; low and high are one standard deviation of its episodes
    from it, at least."""
    low, high = best["mean"] - best["spread"], best["mean"] + best["spread"]
    values = {"rtg": best["rtg"], "value": best["mean"], "low": low, "high": high, "n": 1}
    return pd.DataFrame({"models": "any player", "encoding": "", "dose": 0} | values)


def of_models(groups: Groups, targets: list[float]) -> Values:
    """The errors of every group of models, by way of asking."""
    for key, tables in groups.items():
        for way in tables[0]["way"].unique():
            found = pd.DataFrame([errors(table, way, targets) for table in tables])
            for error in found:
                yield (*key, str(way), str(error)), found[error].tolist()


def curves(groups: Groups) -> Iterator[pd.DataFrame]:
    """The mean return at each target, as it is told, of every model."""
    for (models, encoding, dose), tables in groups.items():
        told = pd.concat(tables)[lambda rows: rows["way"] == "as_told"]
        labels = {"models": models, "encoding": encoding, "dose": dose}
        yield told.assign(**labels, value=told["mean_return"])


def of_comments(arms: dict[str, list[Cell]], targets: list[float]) -> Values:
    """Of each comment: what a bias explains, and what sampling changes in the calibration."""
    for arm, cells in arms.items():
        biases = pd.concat(
            [read_csv(RESULTS / f"attainable_returns/{cell.name}/left_bias.csv") for cell in cells]
        )
        for bias, rows in biases.groupby("bias", sort=False):
            yield ("left bias", f"explained by {bias}", arm), rows["value"].tolist()
        found = {}
        for way, kind in (("greedy", "calibration"), ("sampled", "sampled")):
            tables = [read_csv(Path(f"results/models/{cell.name}/{kind}.csv")) for cell in cells]
            inside = [table[table["rtg"].round(6).isin(targets)] for table in tables]
            found[way] = np.array([calibration_error(rows) for rows in inside])
        found["sampled less greedy"] = found["sampled"] - found["greedy"]
        for way, values in found.items():
            yield ("randomness and calibration", f"error, {way}", arm), values.tolist()


def main() -> None:
    settings = load("attainable_returns", AttainableReturns)
    delayed, targets = load("delayed_goal", DelayedGoal), settings.targets
    limit = load("environment", Environment).max_steps
    arms, groups = cells_by_arm(), returns_by_group(cells_by_arm(), delayed)
    agents = [read_csv(RESULTS / f"delayed_goal/{delayed.agent}-{run}.csv") for run in delayed.run]
    found = [*of_players(attainable(targets, limit), agents, targets), *of_models(groups, targets)]
    best = of_any_player(attainable(load("calibration", Calibration).rtg.grid, limit))
    told = means(pd.concat(curves(groups)), [*GROUP, "rtg"])
    added = {what: [returns_of(cell) for cell in cells] for what, cells in delayed.added.items()}
    tables = {
        "attainable_returns": over_models(found, [*GROUP, "way", "error"]),
        "targets": pd.concat([best, told], ignore_index=True),
        "comments": over_models(of_comments(arms, targets), ["comment", "measure", "arm"]),
        "random_walk": over_models(of_errors(added, targets), ["added", "encoding", "error"]),
        "random_walk_targets": over_models(
            of_targets(added, targets), ["added", "encoding", "rtg"]
        ),
    }
    for name, table in tables.items():
        write_csv(RESULTS / f"{name}.csv", table)


if __name__ == "__main__":
    run(main)
