"""Batched play of a Decision Transformer, whole or edited, at target rewards-to-go."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor
from tqdm import tqdm

from dtlens.env.episodes import Episodes, Make, make_environments, play_episodes, summarise
from dtlens.env.minigrid import VIEW, Observations
from dtlens.env.settings import Environment
from dtlens.model.transformer import Windows

IN_CACHE = 512  # windows at once: the activations of more leave the core's cache
# Action logits at each step's state token: a model, or a model with hooks on it. The windows that
# it is given are on the CPU.
Policy = Callable[[Windows], Float[Tensor, "batch step action"]]


@torch.no_grad()
def play_model(
    policy: Policy,
    context: int,
    target_rtg: Float[np.ndarray, " episode"],
    environment: Environment,
    seed: int,
    sampled: bool = False,
    make: Make = make_environments,
) -> Episodes:
    """One complete episode for each entry of `target_rtg`, always with the likeliest action.

    That is how the study plays its model: what varies is the environment. Or with actions
    `sampled` as the policy's logits say. The policy sees the last `context` timesteps, fewer at an
    episode's start. Rewards come only at the end, so the reward-to-go stays the target until then.
    `make` gives the environments. Shows how far it is on stderr, if it takes longer than a moment.
    """
    count = len(target_rtg)
    rtg = torch.from_numpy(target_rtg.astype(np.float32))
    views = torch.zeros(count, context, *VIEW, dtype=torch.uint8)
    actions = torch.zeros(count, context, dtype=torch.int64)
    generator = torch.Generator().manual_seed(seed)

    def choose(
        episode: Int[np.ndarray, " env"], t: int, observation: Observations
    ) -> UInt8[np.ndarray, " env"]:
        rows = torch.from_numpy(episode).to(torch.int64)
        views[rows, t % context] = torch.from_numpy(observation)
        time = torch.arange(max(0, t - context + 1), t + 1)
        slots = time % context  # each timestep has its slot in a ring
        chosen = []
        for part in rows.split(IN_CACHE):
            windows = Windows(
                rtg=rtg[part, None].expand(-1, len(time)),
                observation=views[part[:, None], slots],
                action=actions[part[:, None], slots],
                time=time.expand(len(part), -1),
            )
            chosen.append(policy(windows)[:, -1])
        logits = torch.cat(chosen).cpu()
        action = logits.argmax(-1)
        if sampled:
            action = torch.multinomial(logits.softmax(-1), 1, generator=generator).squeeze(1)
        actions[rows, t % context] = action
        return action.to(torch.uint8).numpy()

    # Episodes that no agent has trained on, even where the two seeds are equal.
    episodes = np.random.SeedSequence(seed, spawn_key=(1,))
    played = play_episodes(environment, count, episodes, choose, make)
    steps, shown = environment.max_steps, f"{count} episodes"
    bar = tqdm(played, shown, steps, unit="step", mininterval=1.0, delay=2.0)
    return summarise(iter(bar), count)  # to check what a bar holds would begin it
