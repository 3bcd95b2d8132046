"""Ask one agent about other rooms."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.agents.snapshots import load_snapshots
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.elsewhere.behaviour import in_rooms
from dtlens.elsewhere.players import agent_player
from dtlens.elsewhere.settings import Elsewhere
from dtlens.task.settings import Environment
from dtlens.worlds.kinds import KINDS


def main(name: str) -> None:
    settings, environment = load("elsewhere", Elsewhere), load("environment", Environment)
    agent = load_snapshots(Path(f"data/ppo/{name}/agents.safetensors")).agents[-1]
    player = agent_player(agent, environment, settings.seed)
    table = in_rooms(player, KINDS, settings.episodes, settings.seed)
    write_csv(Path(f"results/elsewhere/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
