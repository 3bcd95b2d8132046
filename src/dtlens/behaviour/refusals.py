"""What a model walks into (claim table 1 of the study): in placed scenes, and in play."""

import numpy as np
import pandas as pd
import torch

from dtlens.behaviour.settings import Behaviour
from dtlens.lens.preferences import forward_probability
from dtlens.model.transformer import Windows
from dtlens.play.outcomes import outcome_rates
from dtlens.play.rollouts import Policy, play_model
from dtlens.stats import mean_intervals
from dtlens.task.settings import Environment


@torch.no_grad()
def bank_probabilities(
    policy: Policy, windows: dict[float, Windows], fronts: "pd.Series[str]", seed: int
) -> pd.DataFrame:
    """Mean P(forward) in placed scenes, per reward-to-go and object in front.

    Columns: evidence ("bank"), rtg, event (the object in front), value, low, high (95% bootstrap
    over scenes), n (scenes).
    """
    probability = pd.DataFrame(
        {
            rtg: forward_probability(policy(shown)[:, -1]).cpu().double().numpy()
            for rtg, shown in windows.items()
        }
    )
    generator = np.random.default_rng(seed)
    tables = []
    for front, group in probability.groupby(fronts, sort=False):
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
    windows: dict[float, Windows],
    fronts: "pd.Series[str]",
    settings: Behaviour,
    environment: Environment,
) -> pd.DataFrame:
    """Rows of both kinds of evidence, per reward-to-go, with 95% intervals.

    Those of `bank_probabilities`, and those of `play_outcomes` with the likeliest action.
    """
    bank = bank_probabilities(policy, windows, fronts, settings.seed)
    played = play_outcomes(policy, context, settings, environment)
    return pd.concat([bank, played], ignore_index=True)


def play_outcomes(
    policy: Policy,
    context: int,
    settings: Behaviour,
    environment: Environment,
    sampled: bool = False,
) -> pd.DataFrame:
    """How episodes end, with the likeliest or with `sampled` actions, in the same environments.

    Columns as of `bank_probabilities`: evidence is "play" or "sampled", event how the episode
    ended, value its share of n episodes (Wilson).
    """
    target_rtg = np.repeat(settings.rtg, settings.episodes)
    played = play_model(policy, context, target_rtg, environment, settings.seed, sampled)
    return outcome_rates(played, target_rtg).assign(evidence="sampled" if sampled else "play")
