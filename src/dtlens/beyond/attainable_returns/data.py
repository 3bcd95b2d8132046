"""The episodes of the delayed-goal agent, and how they go."""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np

from dtlens.agents.snapshots import load_snapshots
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.attainable_returns.agents import delayed_goal
from dtlens.beyond.attainable_returns.returns import per_target
from dtlens.beyond.attainable_returns.settings import DelayedGoal
from dtlens.env.parquet import write_trajectories
from dtlens.env.settings import Environment


def main(name: str) -> None:
    settings, environment = load("delayed_goal", DelayedGoal), load("environment", Environment)
    snapshots = load_snapshots(Path(f"data/agents/{name}.safetensors"))
    best = snapshots.agents[int(np.argmax(snapshots.success))]
    seed = int(np.random.SeedSequence([settings.agent_seed, *name.encode()]).generate_state(1)[0])
    low, high = settings.targets.low, settings.targets.high
    drawn = np.random.default_rng(seed).uniform(low, high, max(settings.doses.values()))
    played = delayed_goal(best, drawn, environment, seed >> 1)
    about = {"environment": environment.model_dump(), "targets": settings.targets.model_dump()}
    write_trajectories(Path(f"data/beyond/delayed_goal/{name}.parquet"), played, about)
    table = per_target(drawn, played.episode_return, seed)
    write_csv(Path(f"results/beyond/delayed_goal/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
