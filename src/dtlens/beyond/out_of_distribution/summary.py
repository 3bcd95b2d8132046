"""What the models of each arm, and the agents of each recipe, do in other rooms, in their mean."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.agents.settings import Agents
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.means import means, of_arms, of_groups
from dtlens.beyond.out_of_distribution.behaviour import in_rooms
from dtlens.beyond.out_of_distribution.settings import OutOfDistribution
from dtlens.beyond.rooms.kinds import KINDS
from dtlens.env.settings import Environment
from dtlens.play.players import random_player

KEYS = ["evidence", "kind", "ablated", "event"]


def summarise(players: pd.DataFrame, chance: pd.DataFrame) -> pd.DataFrame:
    """A row per arm and what its players' tables hold: their mean with Student's interval over
    players, n (players), and what random play comes to (`chance`, NaN where it has nothing to do).
    """
    by_chance = chance.set_index(KEYS)["value"].rename("chance")
    return means(players, ["arm", *KEYS]).join(by_chance, on=KEYS)


def main() -> None:
    settings = load("out_of_distribution", OutOfDistribution)
    player = random_player(load("environment", Environment), settings.seed)
    chance = in_rooms(player, KINDS, settings.episodes, settings.seed)
    agents: dict[str, list[str]] = {}
    for name in load("agents", Agents).names:
        agents.setdefault(f"agents_{name.rpartition('-')[0]}", []).append(name)
    path = "out_of_distribution/{}.csv"
    players = pd.concat([of_arms(path), of_groups(path, agents)])
    write_csv(Path("results/beyond/out_of_distribution.csv"), summarise(players, chance))


if __name__ == "__main__":
    run(main)
