"""What the agents do, as Decision Transformers see it: by reward-to-go and object in front."""

import numpy as np
import pandas as pd

from dtlens.env.dynamic_obstacles import front_names
from dtlens.env.minigrid import Action
from dtlens.env.trajectories import Trajectories

# Bins of reward-to-go: the study's three values, and what lies between.
EDGES = [-1.025, -0.975, -0.025, 0.025, 0.5, 0.8, 0.9, 1.0]


def decisions(data: Trajectories) -> pd.DataFrame:
    """How often each action is taken, per bin of reward-to-go and object in front.

    Columns: low, high (the bin), front, steps (how many), share (of all steps), each of the
    actions left, right, forward (its share of these steps; NaN where there are none).
    """
    actions = [action.name.lower() for action in Action]
    bins = pd.cut(data.rtg, EDGES)
    steps = pd.DataFrame({"bin": bins, "front": front_names(data.views)[data.view]})
    steps[actions] = data.action[:, None] == np.arange(len(actions))
    counts = steps.groupby(["bin", "front"], observed=False)[actions].sum()
    total = counts.sum(axis=1)
    table = counts.div(total.replace(0, np.nan), axis=0)
    table.insert(0, "steps", total)
    table.insert(1, "share", total / len(steps))
    table = table.reset_index()
    table.insert(0, "low", [interval.left for interval in table["bin"]])
    table.insert(1, "high", [interval.right for interval in table.pop("bin")])
    return table
