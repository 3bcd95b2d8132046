"""What the models of each arm do in other rooms, in their mean."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.agents.settings import Agents
from dtlens.arms import cells_by_arm
from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.claims.statistics import MODELS, mean_over
from dtlens.elsewhere.behaviour import in_rooms
from dtlens.elsewhere.players import chance_player
from dtlens.elsewhere.settings import Elsewhere
from dtlens.task.settings import Environment
from dtlens.worlds.kinds import KINDS

KEYS = ["evidence", "kind", "ablated", "event"]


def players() -> dict[str, list[str]]:
    """By arm the names of its models; the agents of a recipe are an arm, `agents_ours`."""
    arms = {arm: [cell.name for cell in cells] for arm, cells in cells_by_arm().items()}
    for name in load("agents", Agents).names:
        arms.setdefault(f"agents_{name.rpartition('-')[0]}", []).append(name)
    return arms


def summarise(arms: dict[str, list[pd.DataFrame]], chance: pd.DataFrame) -> pd.DataFrame:
    """A row per arm and what its players' tables hold: their mean with Student's interval over
    players, n (players), and what random play comes to (`chance`, NaN where it has nothing to do).
    """
    rows = []
    for arm, tables in arms.items():
        pooled = pd.concat(tables)
        for key, group in pooled.groupby(KEYS, sort=False):
            number = mean_over(group["value"].to_numpy(), MODELS)
            rows.append((arm, *key, number.value, number.low, number.high, number.n))
    table = pd.DataFrame(rows, columns=["arm", *KEYS, "value", "low", "high", "n"])
    by_chance = chance.set_index(KEYS)["value"].rename("chance")
    return table.join(by_chance, on=KEYS)


def main() -> None:
    settings, environment = load("elsewhere", Elsewhere), load("environment", Environment)
    player = chance_player(environment, settings.seed)
    chance = in_rooms(player, KINDS, settings.episodes, settings.seed)
    arms = {
        arm: [read_csv(Path(f"results/elsewhere/{name}.csv")) for name in names]
        for arm, names in players().items()
    }
    write_csv(Path("results/elsewhere.csv"), summarise(arms, chance))


if __name__ == "__main__":
    run(main)
