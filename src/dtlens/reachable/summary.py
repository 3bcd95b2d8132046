"""What the suites of this room come to, over models."""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np
import pandas as pd

from dtlens.arms import cells_by_arm
from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.model.cell import Cell
from dtlens.play.calibration_error import calibration_error
from dtlens.play.settings import Calibration
from dtlens.reachable.attainable import attainable
from dtlens.reachable.over_models import Values, grouped, over_models
from dtlens.reachable.settings import Reachable, Waiting
from dtlens.task.settings import Environment


def inside(asked: pd.DataFrame, way: str, targets: list[float]) -> pd.DataFrame:
    """What came of asking for these targets in this way."""
    return asked[(asked["way"] == way) & asked["rtg"].round(6).isin(targets)]


def errors(asked: pd.DataFrame, way: str, targets: list[float]) -> dict[str, float]:
    """Root mean squares over the targets: of the mean return less the target, and of episodes'."""
    rows = inside(asked, way, targets)
    return {
        "mean": calibration_error(rows),
        "episode": float(np.sqrt((rows["episode_error"] ** 2).mean())),
    }


Groups = dict[tuple[str, str, int], list[pd.DataFrame]]  # by models, encoding and dose


def asked_tables(arms: dict[str, list[Cell]], waiting: Waiting) -> Groups:
    """What was asked of every model: those of the arms, and those that learned from waiting."""
    groups: Groups = {}
    for arm, cells in arms.items():
        paths = [Path(f"results/reachable/{cell.name}/asked.csv") for cell in cells]
        groups[arm, cells[0].encoding, 0] = [read_csv(path) for path in paths]
    for cell in waiting.cells:
        key = ("waiting", cell.encoding, waiting.doses[str(cell.recipe)])
        table = read_csv(Path(f"results/waiting/{cell.name}/asked.csv"))
        groups.setdefault(key, []).append(table)
    return groups


def of_players(best: pd.DataFrame, agents: list[pd.DataFrame], targets: list[float]) -> Values:
    """What models are set against: the best there is, the agent, and one return for all targets."""
    least = {
        "mean": calibration_error(best.assign(mean_return=best["mean"])),
        "episode": float(np.sqrt((best["episode_error"] ** 2).mean())),
    }
    columns = {"mean": "error", "episode": "episode_error"}
    played = [table[table["rtg"].isin(targets)] for table in agents]
    for error, value in least.items():
        of_agents = [float(np.sqrt((table[columns[error]] ** 2).mean())) for table in played]
        yield ("any player", "", 0, "as_told", error), [value]
        yield ("the agent that waits", "", 0, "as_told", error), of_agents
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


def of_comments(arms: dict[str, list[Cell]], targets: list[float]) -> Values:
    """Of each comment: what a bias explains, and what sampling changes in the calibration."""
    for arm, cells in arms.items():
        biases = pd.concat(
            [read_csv(Path(f"results/reachable/{cell.name}/left_bias.csv")) for cell in cells]
        )
        for bias, rows in biases.groupby("bias", sort=False):
            yield ("left bias", f"explained by {bias}", arm), rows["value"].tolist()
        found = {}
        for way, folder in (("greedy", "calibration"), ("sampled", "sampled")):
            tables = [read_csv(Path(f"results/{folder}/{cell.name}.csv")) for cell in cells]
            inside = [table[table["rtg"].round(6).isin(targets)] for table in tables]
            found[way] = np.array([calibration_error(rows) for rows in inside])
        found["sampled less greedy"] = found["sampled"] - found["greedy"]
        for way, values in found.items():
            yield ("randomness and calibration", f"error, {way}", arm), values.tolist()


def main() -> None:
    settings, waiting = load("reachable", Reachable), load("waiting", Waiting)
    environment, everywhere = load("environment", Environment), load("calibration", Calibration)
    arms, targets = cells_by_arm(), settings.targets
    limit, group = environment.max_steps, ["models", "encoding", "dose"]
    runs = [f"{waiting.agent}-{run}" for run in waiting.run]
    agents = [read_csv(Path(f"results/waiting/{run}/agent.csv")) for run in runs]
    groups = asked_tables(arms, waiting)
    told = pd.concat(
        [
            table[table["way"] == "as_told"].assign(models=models, encoding=encoding, dose=dose)
            for (models, encoding, dose), tables in groups.items()
            for table in tables
        ]
    )
    found = [*of_players(attainable(targets, limit), agents, targets), *of_models(groups, targets)]
    tables = {
        "reachable": over_models(found, [*group, "way", "error"]),
        "targets": pd.concat(
            [
                of_any_player(attainable(everywhere.rtg.grid, limit)),
                over_models(grouped(told, [*group, "rtg"], "mean_return"), [*group, "rtg"]),
            ],
            ignore_index=True,
        ),
        "comments": over_models(of_comments(arms, targets), ["comment", "measure", "arm"]),
    }
    for name, table in tables.items():
        write_csv(Path(f"results/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
