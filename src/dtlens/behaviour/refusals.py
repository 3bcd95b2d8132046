"""What a model walks into (claim table 1 of the study): in placed scenes, and in play."""

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, UInt8

from dtlens.behaviour.settings import Behaviour
from dtlens.minigrid import Action
from dtlens.play.outcomes import outcome_rates
from dtlens.play.rollouts import Policy, play_model
from dtlens.scenes.bank import scene_windows
from dtlens.stats import mean_intervals
from dtlens.task.settings import Environment


@torch.no_grad()
def forward_probability(
    policy: Policy,
    labels: pd.DataFrame,
    views: UInt8[np.ndarray, "scene 7 7 3"],
    rtg: float,
    device: str,
) -> Float[np.ndarray, " scene"]:
    """P(forward) in each placed scene."""
    logits = policy(scene_windows(labels, views, rtg, device))[:, -1]
    return logits.softmax(-1)[:, Action.FORWARD].cpu().double().numpy()


def bank_probabilities(
    policy: Policy,
    scenes: tuple[pd.DataFrame, UInt8[np.ndarray, "scene 7 7 3"]],
    rtgs: list[float],
    seed: int,
    device: str,
) -> pd.DataFrame:
    """Mean P(forward) in placed scenes, per reward-to-go and object in front.

    Columns: evidence ("bank"), rtg, event (the object in front), value, low, high (95% bootstrap
    over scenes), n (scenes).
    """
    labels, views = scenes
    probability = pd.DataFrame(
        {rtg: forward_probability(policy, labels, views, rtg, device) for rtg in rtgs}
    )
    generator = np.random.default_rng(seed)
    tables = []
    for front, group in probability.groupby(labels["front"], sort=False):
        low, high = mean_intervals(group.to_numpy(), generator)
        columns = {"event": front, "value": group.mean(), "low": low, "high": high}
        tables.append(pd.DataFrame(columns).rename_axis("rtg").reset_index().assign(n=len(group)))
    table = pd.concat(tables, ignore_index=True).sort_values(
        "rtg", kind="stable", ignore_index=True
    )
    table.insert(0, "evidence", "bank")
    return table


def behaviours(
    policy: Policy,
    context: int,
    scenes: tuple[pd.DataFrame, UInt8[np.ndarray, "scene 7 7 3"]],
    settings: Behaviour,
    environment: Environment,
    device: str,
) -> pd.DataFrame:
    """Rows of both kinds of evidence, per reward-to-go, with 95% intervals.

    Those of `bank_probabilities`, and in the same columns, evidence "play": event is how the
    episode ended, value its share of n episodes (Wilson).
    """
    bank = bank_probabilities(policy, scenes, settings.rtg, settings.seed, device)
    asked = np.repeat(settings.rtg, settings.episodes)
    played = play_model(policy, context, asked, environment, settings.seed, device)
    return pd.concat(
        [bank, outcome_rates(played, asked).assign(evidence="play")], ignore_index=True
    )
