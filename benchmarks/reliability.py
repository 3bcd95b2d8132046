"""`python -m benchmarks.reliability`: how often the headline's model comes out right.

Right is what is promised (`report.claims.acceptance`). Asked of pairs of a run of the agent and a
seed of training, for several numbers of the episodes that are played besides the agent's own
(`trajectories`): the curve by which that number was chosen. Each pair takes a minute a number and
an encoding.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product

import dtlens.base.stage  # noqa: F401  (one thread, before any library reads it)

import numpy as np
import pandas as pd

from dtlens.agents.mixture import play_mixture
from dtlens.agents.ppo import learning_curve, train
from dtlens.agents.snapshots import Snapshots
from dtlens.base.errors import one_line_errors
from dtlens.base.intervals import wilson
from dtlens.base.settings import Encoding
from dtlens.env.trajectories import from_log, join
from dtlens.model.cell import Cell
from dtlens.model.sheet import read_sheet
from dtlens.model.training import train as train_model
from dtlens.params import load_params
from dtlens.play.rollouts import play_model
from dtlens.report.claims.acceptance import RETURNS, is_right

TARGETS = tuple(RETURNS)
EPISODES = 300  # at each target
ENCODINGS: tuple[Encoding, ...] = ("index", "one_hot")


def measure(run: int, seeds: int, numbers: list[int]) -> list[dict[str, object]]:
    """Every model of one run of the agent: what it returns, greedy and sampled."""
    params = load_params()
    name, line = next(iter(read_sheet().analysed.items()))
    first = Cell.parse(name)
    ppo, data = params.ppo[str(first.recipe)], params.trajectories[str(first.recipe)]
    assert data.checkpoints, "the recipe plays nothing besides the agent's own episodes"
    trained = train(ppo, params.environment, run)
    history = from_log(trained.log)
    curve = learning_curve(history, ppo.environments * ppo.rollout_steps)
    success = curve["success"].fillna(0.0)
    snapshots = Snapshots(trained.agents, trained.updates, success.iloc[trained.updates].tolist())
    rows: list[dict[str, object]] = []
    for number, encoding, seed in product(numbers, ENCODINGS, range(1, seeds + 1)):
        learned = history
        if number:
            settings = data.checkpoints.model_copy(update={"episodes": number})
            learned = join(history, play_mixture(snapshots, settings, params.environment))
        cell = first.model_copy(update={"run": run, "encoding": encoding, "seed": seed})
        optimisation = params.training[line.training]
        limit, device = params.environment.max_steps, params.compute.device
        model, _ = train_model(cell, optimisation, line.predictions, learned, limit, device)
        row: dict[str, object] = {
            "run": run,
            "seed": seed,
            "encoding": encoding,
            "episodes": number,
        }
        row |= {"success of the agent": success.iloc[-1]}
        for sampled in (False, True):
            targets = np.repeat(TARGETS, EPISODES)
            policy, own = partial(model, last=True), cell.own_seed(1)
            played = play_model(policy, cell.context, targets, params.environment, own, sampled)
            means = played.episode_return.reshape(len(TARGETS), -1).mean(1).tolist()
            returns = dict(zip(TARGETS, means, strict=True))
            kind = "sampled" if sampled else "greedy"
            row |= {f"{kind} at {target:g}": round(value, 3) for target, value in returns.items()}
            row[f"{kind} right"] = is_right(returns)
        rows.append(row)
        print(row, flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability")
    parser.add_argument("--runs", type=int, nargs="+", default=range(1, 11))
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--episodes", type=int, nargs="+", default=[0, 2250, 4500, 9000])
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    with ProcessPoolExecutor(asked.jobs) as pool:
        of_run = partial(measure, seeds=asked.seeds, numbers=asked.episodes)
        rows = pd.DataFrame([row for rows in pool.map(of_run, asked.runs) for row in rows])
    for key, group in rows.groupby(["episodes", "encoding"]):
        right, pairs = int(group["greedy right"].sum()), len(group)
        low, high = wilson(right, pairs)
        print(*key, f"{right} of {pairs} come out right [{low:.2f}, {high:.2f}]")


if __name__ == "__main__":
    with one_line_errors():
        main()
