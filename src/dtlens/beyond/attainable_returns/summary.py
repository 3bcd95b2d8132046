"""How near the models of every arm, and those that learned from late episodes, come to targets."""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np
import pandas as pd

from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.beyond.attainable_returns.attainable import attainable
from dtlens.beyond.attainable_returns.control import of_errors
from dtlens.beyond.attainable_returns.returns import errors, inside
from dtlens.beyond.attainable_returns.settings import DELAYED, WALK, AttainableReturns, DelayedGoal
from dtlens.beyond.means import Values, means, over_models
from dtlens.env.settings import Environment
from dtlens.model.cell import Cell
from dtlens.play.calibration_error import calibration_error
from dtlens.play.settings import Calibration
from dtlens.report.arms import cells_by_arm

RESULTS = Path("results/beyond")
GROUP = ["models", "encoding", "dose"]
ERROR = [*GROUP, "way", "error"]


def returns_of(cells: list[Cell], **labels: str | int) -> pd.DataFrame:
    """What models return, each by its name, with its encoding and these labels."""
    tables = [
        read_csv(RESULTS / f"attainable_returns/{cell.name}/returns.csv").assign(
            name=cell.name, encoding=cell.encoding
        )
        for cell in cells
    ]
    return pd.concat(tables, ignore_index=True).assign(**labels)


def every_return(arms: dict[str, list[Cell]], delayed: DelayedGoal) -> pd.DataFrame:
    """Those of the arms' models, and of those that learned from late episodes, by `GROUP`."""
    late = [
        returns_of([cell], models=DELAYED, dose=delayed.doses[str(cell.recipe)])
        for cell in delayed.cells
        if cell.recipe != delayed.control
    ]
    return pd.concat([*(returns_of(arms[arm], models=arm, dose=0) for arm in arms), *late])


def by_what_is_added(delayed: DelayedGoal) -> pd.DataFrame:
    """As told, of the models of the control and their likes, each by the control's name."""
    tables = [
        returns_of([cell], added=added).assign(name=control.name)
        for added, cells in delayed.added.items()
        for cell, control in zip(cells, delayed.added[WALK], strict=True)
    ]
    added = pd.concat(tables)
    return added[added["way"] == "as_told"]


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
    arms, added = cells_by_arm(), by_what_is_added(delayed)
    returns = every_return(arms, delayed)
    agents = [read_csv(RESULTS / f"delayed_goal/{delayed.agent}-{run}.csv") for run in delayed.run]
    players = over_models(of_players(attainable(targets, limit), agents, targets), ERROR)
    models = means(errors(returns, GROUP, targets), ERROR)
    best = of_any_player(attainable(load("calibration", Calibration).rtg.grid, limit))
    told = means(returns[returns["way"] == "as_told"], [*GROUP, "rtg"], "mean_return")
    tables = {
        "attainable_returns": pd.concat([players, models], ignore_index=True),
        "targets": pd.concat([best, told], ignore_index=True),
        "comments": over_models(of_comments(arms, targets), ["comment", "measure", "arm"]),
        "random_walk": of_errors(added, targets),
        "random_walk_targets": means(
            inside(added, targets), ["added", "encoding", "rtg"], "mean_return"
        ),
    }
    for name, table in tables.items():
        write_csv(RESULTS / f"{name}.csv", table)


if __name__ == "__main__":
    run(main)
