"""Ask one agent about other rooms."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.agents.snapshots import load_snapshots
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.out_of_distribution.behaviour import in_rooms
from dtlens.beyond.out_of_distribution.settings import OutOfDistribution
from dtlens.beyond.rooms.kinds import KINDS
from dtlens.env.settings import Environment
from dtlens.play.players import agent_player


def main(name: str) -> None:
    settings = load("out_of_distribution", OutOfDistribution)
    agent = load_snapshots(Path(f"data/agents/{name}.safetensors")).agents[-1]
    player = agent_player(agent, load("environment", Environment), settings.seed)
    table = in_rooms(player, KINDS, settings.episodes, settings.seed)
    write_csv(Path(f"results/beyond/out_of_distribution/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
