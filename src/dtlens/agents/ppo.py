"""Proximal policy optimisation (Schulman et al., 2017) of a small agent on batched environments."""

import copy
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float, Int64, UInt8
from torch import Tensor, nn
from torch.distributions import Categorical
from torch.nn import functional
from tqdm import tqdm

from dtlens.agents.settings import Ppo
from dtlens.env.dynamic_obstacles import SEEN
from dtlens.env.episodes import Make, make_environments
from dtlens.env.minigrid import VIEW, Action
from dtlens.env.settings import Environment
from dtlens.env.trajectories import Log, Trajectories

OBJECTS = torch.tensor(SEEN, dtype=torch.uint8)
INPUTS = {"index": prod(VIEW), "objects": VIEW[0] * VIEW[1] * len(SEEN)}


class Agent(nn.Module):
    """Actor and critic: two tanh layers each, over the view's raw integers (`index`) or its
    one-hot object channel (`objects`)."""

    def __init__(self, input: str, hidden: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.input, self.hidden = input, hidden
        self.actor = _perceptron(INPUTS[input], hidden, len(Action), 0.01, generator)
        self.critic = _perceptron(INPUTS[input], hidden, 1, 1.0, generator)

    def encode(self, view: UInt8[Tensor, "batch 7 7 3"]) -> Float[Tensor, "batch input"]:
        if self.input == "index":
            return view.flatten(1).float()
        return (view[..., 0].flatten(1)[..., None] == OBJECTS).flatten(1).float()

    def forward(
        self, encoded: Float[Tensor, "batch input"]
    ) -> tuple[Float[Tensor, "batch action"], Float[Tensor, " batch"]]:
        """Action logits and state values."""
        return self.actor(encoded), self.critic(encoded).squeeze(-1)


def _perceptron(
    inputs: int, hidden: int, outputs: int, gain: float, generator: torch.Generator | None
) -> nn.Sequential:
    widths = [inputs, hidden, hidden, outputs]
    linear = [nn.Linear(a, b) for a, b in pairwise(widths)]
    for layer, scale in zip(linear, [2**0.5, 2**0.5, gain], strict=True):
        nn.init.orthogonal_(layer.weight, scale, generator=generator)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(linear[0], nn.Tanh(), linear[1], nn.Tanh(), linear[2])


@dataclass
class Rollout:
    """`time` steps of every environment. A step is `real` unless its action was ignored: after an
    episode's end the next step only resets, and its observation is the ended episode's last."""

    view: UInt8[Tensor, "time env 7 7 3"]
    action: Int64[Tensor, "time env"]
    log_probability: Float[Tensor, "time env"]
    value: Float[Tensor, "time env"]
    reward: Float[Tensor, "time env"]
    terminated: Bool[Tensor, "time env"]
    truncated: Bool[Tensor, "time env"]
    real: Bool[Tensor, "time env"]

    @classmethod
    def empty(cls, time: int, env: int) -> "Rollout":
        def flags() -> Tensor:
            return torch.zeros(time, env, dtype=torch.bool)

        return cls(
            torch.zeros(time, env, *VIEW, dtype=torch.uint8),
            torch.zeros(time, env, dtype=torch.int64),
            *(torch.zeros(time, env) for _ in range(3)),
            *(flags() for _ in range(3)),
        )


def advantages(
    rollout: Rollout, last_value: Float[Tensor, " env"], settings: Ppo
) -> Float[Tensor, "time env"]:
    """Generalised advantage estimates (Schulman et al., 2016, equation 16).

    The value of the next observation is used through time-outs, where it is the episode's true
    last observation, and not past a termination; the sum itself stops at either. As the study's
    code does it (`time_outs: next_episode`) an episode cut off and the next are one to the sum.
    """
    gamma, real = settings.gamma, rollout.real
    value, ends = rollout.value, rollout.terminated | rollout.truncated
    if settings.time_outs == "next_episode":
        # A step that only resets hands on the value, and the sum, of the step after it.
        value = value.where(real, torch.cat([value[1:], last_value[None]]))
        ends = rollout.terminated
    following = torch.cat([value[1:], last_value[None]])
    delta = (rollout.reward + gamma * following * ~rollout.terminated - value) * real
    carry = torch.where(real, gamma * settings.gae_lambda, 1.0) * ~ends
    result = torch.zeros_like(delta)
    advantage = torch.zeros_like(last_value)
    for t in reversed(range(len(delta))):
        advantage = delta[t] + carry[t] * advantage
        result[t] = advantage
    return result


@dataclass
class History:
    """What training leaves: snapshots of the agent, the update each was taken after, the log."""

    agents: list[Agent]
    updates: list[int]
    log: Log


def train(
    settings: Ppo, environment: Environment, seed: int, make: Make = make_environments
) -> History:
    """Train an agent in environments that `make` gives; everything random follows from `seed`."""
    generator = torch.Generator().manual_seed(seed)
    agent = Agent(settings.input, settings.hidden, generator)
    optimizer = torch.optim.Adam(agent.parameters(), settings.learning_rate, eps=1e-5, fused=True)
    pool = make(environment, settings.environments, np.random.SeedSequence(seed))
    view = torch.from_numpy(pool.reset()[0]["image"])
    real = torch.ones(settings.environments, dtype=torch.bool)
    keep = snapshot_updates(settings)
    agents, rollouts = [], []
    for update in tqdm(range(settings.updates), unit="update", desc="PPO"):
        for group in optimizer.param_groups:
            left = 1 - update / settings.updates if settings.anneal else 1.0
            group["lr"] = settings.learning_rate * left
        rollout, view, real = _collect(agent, pool, view, real, settings, generator)
        with torch.no_grad():
            last_value = agent(agent.encode(view))[1]
        _update(agent, optimizer, rollout, last_value, settings, generator)
        rollouts.append(rollout)
        if update in keep:
            agents.append(copy.deepcopy(agent))
    return History(agents, keep, _as_log(rollouts))


def snapshot_updates(settings: Ppo) -> list[int]:
    """The updates after which the agent is kept, the last one among them.

    They lie denser at the start, where the agent changes from poor to good.
    """
    square = np.arange(1, settings.checkpoints + 1) ** 2
    done = -(-square * settings.updates // settings.checkpoints**2)  # whole updates, rounded up
    return np.unique(done - 1).tolist()


@torch.no_grad()
def _collect(
    agent: Agent,
    pool: Any,
    view: UInt8[Tensor, "env 7 7 3"],
    real: Bool[Tensor, " env"],
    settings: Ppo,
    generator: torch.Generator,
) -> tuple[Rollout, UInt8[Tensor, "env 7 7 3"], Bool[Tensor, " env"]]:
    rollout = Rollout.empty(settings.rollout_steps, settings.environments)
    for t in range(settings.rollout_steps):
        logits, value = agent(agent.encode(view))
        action = torch.multinomial(logits.softmax(-1), 1, generator=generator).squeeze(1)
        step, reward, terminated, truncated, _ = pool.step(action.int().numpy())
        rollout.view[t], rollout.action[t], rollout.value[t], rollout.real[t] = (
            view,
            action,
            value,
            real,
        )
        rollout.log_probability[t] = Categorical(logits=logits).log_prob(action)
        rollout.reward[t] = torch.from_numpy(reward)
        rollout.terminated[t] = torch.from_numpy(terminated)
        rollout.truncated[t] = torch.from_numpy(truncated)
        view = torch.from_numpy(step["image"].copy())
        real = ~(rollout.terminated[t] | rollout.truncated[t])
    return rollout, view, real


def _update(
    agent: Agent,
    optimizer: torch.optim.Optimizer,
    rollout: Rollout,
    last_value: Float[Tensor, " env"],
    settings: Ppo,
    generator: torch.Generator,
) -> None:
    """Epochs of the clipped objective over the rollout's real steps."""
    gain = advantages(rollout, last_value, settings)
    real = rollout.real
    encoded = agent.encode(rollout.view[real])
    action, old, advantage = rollout.action[real], rollout.log_probability[real], gain[real]
    target = advantage + rollout.value[real]
    for _ in range(settings.epochs):
        order = torch.randperm(len(action), generator=generator)
        for part in order.tensor_split(settings.minibatches):
            logits, value = agent(encoded[part])
            policy = Categorical(logits=logits)
            ratio = (policy.log_prob(action[part]) - old[part]).exp()
            a = advantage[part]
            a = (a - a.mean()) / (a.std() + 1e-8)
            clipped = ratio.clamp(1 - settings.clip, 1 + settings.clip)
            loss = (
                -torch.minimum(a * ratio, a * clipped).mean()
                + settings.value_loss * functional.mse_loss(value, target[part])
                - settings.entropy * policy.entropy().mean()
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(agent.parameters(), settings.gradient_norm)
            optimizer.step()


def _as_log(rollouts: list[Rollout]) -> Log:
    """The real steps of training, environment by environment."""
    time, env = rollouts[0].real.shape

    def column(name: str) -> np.ndarray:
        joined = torch.cat([getattr(rollout, name) for rollout in rollouts])
        return joined.transpose(0, 1).flatten(0, 1)[real].numpy()

    real = torch.cat([rollout.real for rollout in rollouts]).transpose(0, 1).flatten()
    steps = time * len(rollouts)
    kept = real.numpy()
    return Log(
        environment=np.repeat(np.arange(env), steps)[kept],
        observation=column("view"),
        action=column("action").astype(np.uint8),
        reward=column("reward"),
        terminated=column("terminated"),
        truncated=column("truncated"),
        policy=np.tile(np.repeat(np.arange(len(rollouts)), time), env).astype(np.int16)[kept],
    )


def learning_curve(history: Trajectories, steps_per_update: int) -> pd.DataFrame:
    """Per update: environment steps so far, and the episodes that ended in it (means over them).

    Columns: step, mean_return, success (share that reached the goal), mean_length, episodes.
    """
    last = history.start + history.length - 1
    episodes = pd.DataFrame(
        {
            "step": (history.policy[last].astype(np.int64) + 1) * steps_per_update,
            "mean_return": history.episode_return,
            "success": history.reward[last] > 0,
            "mean_length": history.length,
        }
    ).groupby("step")
    steps = np.arange(1, history.policy.max() + 2) * steps_per_update
    means = episodes.mean().reindex(steps)  # no episode may have ended in an early update
    return means.assign(episodes=episodes.size()).rename_axis("step").reset_index()
