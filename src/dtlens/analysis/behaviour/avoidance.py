"""What a model walks into (claim table 1 of the study): in placed scenes, and in play."""

import numpy as np
import pandas as pd
import torch

from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.base.intervals import mean_intervals
from dtlens.env.minigrid import Action
from dtlens.env.settings import Environment
from dtlens.model.transformer import Windows
from dtlens.play.outcomes import outcome_rates
from dtlens.play.rollouts import Policy, play_model


@torch.no_grad()
def bank_probabilities(
    policy: Policy, windows: dict[float, Windows], fronts: "pd.Series[str]", seed: int
) -> pd.DataFrame:
    """Mean P(forward) in placed scenes by object in front, and the bias in turning.

    Columns: evidence ("bank"), rtg, event, value, low, high (95% bootstrap over scenes), n
    (scenes). Event is the object in front; or "right_less_left", the mean of P(right) - P(left)
    over all scenes. The bank is symmetric about the room's diagonal, on which the goal lies, so
    that a shortest path turns right in it as often as left: what is left is a bias.
    """
    answers = [policy(shown)[:, -1].cpu().double() for shown in windows.values()]
    probability = torch.stack(answers, 1).softmax(-1).numpy()
    turns = probability[..., Action.RIGHT] - probability[..., Action.LEFT]
    forward = pd.DataFrame(probability[..., Action.FORWARD], fronts)
    by_event = {str(front): group for front, group in forward.groupby(level=0, sort=False)}
    by_event["right_less_left"] = pd.DataFrame(turns)
    generator = np.random.default_rng(seed)
    tables = []
    for event, values in by_event.items():
        low, high = mean_intervals(values.to_numpy(), generator)
        columns = {"rtg": list(windows), "value": values.mean(), "low": low, "high": high}
        tables.append(pd.DataFrame(columns).assign(event=event, n=len(values)))
    table = pd.concat(tables).sort_values("rtg", kind="stable", ignore_index=True)
    return table.assign(evidence="bank")[["evidence", "rtg", "event", "value", "low", "high", "n"]]


def behaviours(
    policy: Policy,
    context: int,
    windows: dict[float, Windows],
    fronts: "pd.Series[str]",
    settings: Behaviour,
    environment: Environment,
) -> pd.DataFrame:
    """Rows of both kinds of evidence, per reward-to-go, with 95% intervals.

    Those of `bank_probabilities`; and evidence "play", with the likeliest action: event is how an
    episode ends, value its share of n episodes (Wilson).
    """
    bank = bank_probabilities(policy, windows, fronts, settings.seed)
    target_rtg = np.repeat(settings.rtg, settings.episodes)
    played = play_model(policy, context, target_rtg, environment, settings.seed)
    rates = outcome_rates(played, target_rtg).assign(evidence="play")
    return pd.concat([bank, rates], ignore_index=True)
