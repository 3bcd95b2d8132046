"""What a model does in the states that its own play leads to: correlated logits, trigrams (the
reward-to-go and the object in front decide the action), turns, and the way into the goal."""

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float, Int, Num
from torch import Tensor

from dtlens.behaviour.settings import Behaviour
from dtlens.minigrid import Action
from dtlens.model.transformer import Windows
from dtlens.play.rollouts import Policy, play_model
from dtlens.stats import resampling_weights, wilson
from dtlens.task.dynamic_obstacles import FRONTS, GOALS, front_names
from dtlens.task.episodes import Episodes
from dtlens.task.settings import Environment

# Whole episodes, one for each reward-to-go: `play_model` with all but these two given.
Play = Callable[[Policy, Float[np.ndarray, " episode"]], Episodes]
LOGITS = [action.name.lower() for action in Action]
LOOK_UPS = {"rtg, front": ["rtg", "object"], "front": ["object"], "rtg": ["rtg"], "nothing": []}
# Of each (measure, of): what an episode's steps are to sum, first of all what says if it counts.
PerStep = dict[tuple[str, str], Num[np.ndarray, "step quantity"]]


def on_policy_table(
    policy: Policy, context: int, settings: Behaviour, environment: Environment
) -> pd.DataFrame:
    """What the model does in the states of its own play (see `on_policy`)."""

    def play(policy: Policy, target_rtg: Float[np.ndarray, " episode"]) -> Episodes:
        return play_model(policy, context, target_rtg, environment, settings.seed)

    steps = visited(policy, play, settings.rtg, settings.on_policy_episodes)
    return on_policy(steps, settings.seed)


@torch.no_grad()
def visited(policy: Policy, play: Play, target_rtgs: list[float], episodes: int) -> pd.DataFrame:
    """Every step of `episodes` episodes at each reward-to-go.

    Columns: rtg, episode (numbered through), front, and the logits left, right, forward, the
    highest of which is the action.
    """
    views, logits = [], []

    def watch(windows: Windows) -> Float[Tensor, "batch 1 action"]:
        answer = policy(windows)[:, -1:]
        views.append(windows.observation[:, -1].cpu().numpy())
        logits.append(answer[:, 0].cpu().double().numpy())
        return answer

    target_rtg = np.repeat(target_rtgs, episodes)
    length = play(watch, target_rtg).length
    # The policy is called time by time, each time for the episodes that still run, in order.
    _, episode = np.nonzero(np.arange(length.max())[:, None] < length)
    steps = pd.DataFrame({"rtg": target_rtg[episode], "episode": episode})
    steps["front"] = front_names(np.concatenate(views))
    steps[LOGITS] = np.concatenate(logits)
    return steps


def on_policy(steps: pd.DataFrame, seed: int) -> pd.DataFrame:
    """What the steps of `visited` say, at each reward-to-go, and over all of them (rtg NaN).

    Columns: measure, of, rtg, value, low, high (95% over episodes), n (the episodes that count).
    "correlation" is Pearson's r of two actions' logits over the steps; "agreement" the share of
    the odd episodes' steps whose action a look-up table, made of the even ones from what `of` says,
    knows; "right_turns" the share of right in the turns; "goal_from_top" its share in the entries
    into the goal. Intervals: bootstrap, Wilson for goal_from_top. All are NaN where nothing counts.
    """
    generator = np.random.default_rng(seed)
    action = steps[LOGITS].to_numpy().argmax(1)
    target_rtg = steps.groupby("episode")["rtg"].first()
    rows = []
    for (measure, of), columns in {
        **_moments(steps),
        **_agreement(steps, action),
        **_turns_and_entries(steps, action),
    }.items():
        totals = pd.DataFrame(columns).groupby(steps["episode"]).sum()
        for rtg, group in [*totals.groupby(target_rtg), (np.nan, totals)]:
            estimate = _over_episodes(measure, group.to_numpy(np.float64), generator)
            rows.append((measure, of, rtg, *estimate))
    return pd.DataFrame(rows, columns=["measure", "of", "rtg", "value", "low", "high", "n"])


def _moments(steps: pd.DataFrame) -> PerStep:
    """1, x, y, x^2, y^2, xy for each pair of logits."""
    summed = {}
    for one, other in itertools.combinations(LOGITS, 2):
        x, y = steps[one].to_numpy(), steps[other].to_numpy()
        moments = [np.ones_like(x), x, y, x * x, y * y, x * y]
        summed["correlation", f"{one}, {other}"] = np.stack(moments, 1)
    return summed


def _agreement(steps: pd.DataFrame, action: Int[np.ndarray, " step"]) -> PerStep:
    """For each look-up table: is the step held out, and does the table know its action?"""
    held_out = steps["episode"].to_numpy() % 2 == 1
    known = steps.assign(object=steps["front"].cat.codes.clip(upper=FRONTS.index(GOALS[0])))
    summed = {}
    for of, keys in LOOK_UPS.items():
        key = known.groupby(keys).ngroup().to_numpy() if keys else np.zeros_like(action)
        knows = look_up(key, action, ~held_out) == action
        summed["agreement", of] = np.stack([held_out, held_out & knows], 1)
    return summed


def look_up(
    key: Int[np.ndarray, " step"],
    action: Int[np.ndarray, " step"],
    built: Bool[np.ndarray, " step"],
) -> Int[np.ndarray, " step"]:
    """Each step's commonest action among the steps `built` of the same key, -1 if there is none."""
    counts = np.zeros((key.max() + 1, len(Action)), np.int64)
    np.add.at(counts, (key[built], action[built]), 1)
    return np.where(counts.any(1), counts.argmax(1), -1)[key]


def _turns_and_entries(steps: pd.DataFrame, action: Int[np.ndarray, " step"]) -> PerStep:
    """Is the step a turn, and to the right? Does it enter the goal, and from the top?"""
    turns, first = action != Action.FORWARD, steps["front"] == GOALS[0]
    enters = ~turns & steps["front"].isin(GOALS)
    return {
        ("right_turns", "turns"): np.stack([turns, action == Action.RIGHT], 1),
        (GOALS[0], "entries"): np.stack([enters, enters & first], 1),
    }


def _over_episodes(
    measure: str, totals: Float[np.ndarray, "episode quantity"], generator: np.random.Generator
) -> tuple[float, float, float, int]:
    """Value, interval and number of episodes, given each episode's sums over its steps."""
    totals = totals[totals[:, 0] > 0]
    if not len(totals):
        return np.nan, np.nan, np.nan, 0
    statistic = pearson if measure == "correlation" else share
    if measure == GOALS[0]:  # an episode has one entry at most
        low, high = wilson(int(totals[:, 1].sum()), len(totals))
    else:
        drawn = resampling_weights(len(totals), generator) @ totals
        low, high = np.quantile(statistic(drawn), [0.025, 0.975])
    return float(statistic(totals.mean(0))), low, high, len(totals)


def share(sums: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch"]:
    """The second of two sums as a share of the first."""
    return sums[..., 1] / sums[..., 0]


def pearson(sums: Float[np.ndarray, "*batch 6"]) -> Float[np.ndarray, "*batch"]:
    """Pearson's r from sums (or means) of 1, x, y, x^2, y^2, xy; NaN if x or y is constant."""
    x, y, xx, yy, xy = np.moveaxis(sums[..., 1:] / sums[..., :1], -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (xy - x * y) / np.sqrt((xx - x * x) * (yy - y * y))
