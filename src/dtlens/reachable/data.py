"""The episodes of an agent that waits, and how they go."""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np
from jaxtyping import Float, UInt8
from torch import Tensor

from dtlens.agents.snapshots import load_snapshots
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.reachable.calibrated import per_target
from dtlens.reachable.settings import Waiting
from dtlens.reachable.waiting import play_waiting
from dtlens.task.settings import Environment
from dtlens.trajectories.parquet import write_trajectories


def main(name: str) -> None:
    settings, environment = load("waiting", Waiting), load("environment", Environment)
    snapshots = load_snapshots(Path(f"data/ppo/{name}/agents.safetensors"))
    best = snapshots.agents[int(np.argmax(snapshots.success))]
    seed = int(np.random.SeedSequence([settings.agent_seed, *name.encode()]).generate_state(1)[0])
    low, high = settings.targets.low, settings.targets.high
    drawn = np.random.default_rng(seed).uniform(low, high, max(settings.doses.values()))

    def logits(views: UInt8[Tensor, "env 7 7 3"]) -> Float[Tensor, "env action"]:
        return best(best.encode(views))[0]

    played = play_waiting(logits, drawn, environment, seed >> 1)
    about = {"environment": environment.model_dump(), "waiting": settings.targets.model_dump()}
    write_trajectories(Path(f"data/waiting/{name}.parquet"), played, about)
    write_csv(
        Path(f"results/waiting/{name}/agent.csv"), per_target(drawn, played.episode_return, seed)
    )


if __name__ == "__main__":
    run(main)
