"""What each cell of the view does to a preference: how much of it goes when the cell is emptied.

It asks what answers alone, so that an agent and a transformer are asked the same.
"""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float

from dtlens.agents.ppo import Agent
from dtlens.analysis.lens.preferences import preference
from dtlens.analysis.scenes.bank import one_step
from dtlens.base.intervals import ratio_interval
from dtlens.env.dynamic_obstacles import CONTENTS
from dtlens.env.minigrid import FRONT, VIEW, Observations
from dtlens.model.transformer import DecisionTransformer

Logits = Float[np.ndarray, "view 3"]
Answers = Callable[[Observations], Logits]  # of a player, to what it sees
FRONT_CELL = FRONT[0] * VIEW[1] + FRONT[1]


@torch.no_grad()
def of_model(model: DecisionTransformer, views: Observations, rtg: float, time: int) -> Logits:
    """A model's logits at target return `rtg` at a timestep, as if nothing had been before."""
    return model(one_step(views, rtg, time), last=True)[:, 0].double().numpy()


@torch.no_grad()
def of_agent(agent: Agent, views: Observations) -> Logits:
    """An agent's logits."""
    logits, _ = agent(agent.encode(torch.from_numpy(views)))
    return logits.double().numpy()


def occlusion(answers: Answers, views: Observations) -> Float[np.ndarray, "view cell"]:
    """F-R less what it is with one cell of the view emptied, for each cell (x, y), y fastest."""
    cells = np.arange(VIEW[0] * VIEW[1])
    emptied = np.repeat(views[:, None], len(cells), axis=1)
    emptied[:, cells, cells // VIEW[1], cells % VIEW[1]] = CONTENTS["empty"]
    changed = preference_of(answers(emptied.reshape(-1, *VIEW))).reshape(len(views), -1)
    return preference_of(answers(views))[:, None] - changed


def front_share(
    effects: Float[np.ndarray, "view cell"], generator: np.random.Generator
) -> tuple[float, float, float]:
    """The front cell's share of the sizes of all cells' effects, with its 95% bootstrap interval
    over views."""
    sizes = np.abs(effects)
    front, whole = sizes[:, FRONT_CELL], sizes.sum(1)
    low, high = ratio_interval(front[:, None], whole[:, None], generator)
    return float(front.mean() / whole.mean()), float(low[0]), float(high[0])


def preference_of(logits: Logits) -> Float[np.ndarray, " view"]:
    """F-R of logits in NumPy."""
    return preference(torch.from_numpy(logits)).numpy()
