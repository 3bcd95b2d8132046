"""What a model does in the states that its own play leads to: correlated logits, what it does by
the object in front, simple rules that foretell it, turns, and the way into the goal."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float, Int, Num, UInt8
from scipy.special import log_softmax
from torch import Tensor

from dtlens.analysis.behaviour.baselines import divergence, linear, tables
from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.base.intervals import resampling_weights, wilson
from dtlens.env.dynamic_obstacles import FRONTS, GOALS, front_names
from dtlens.env.episodes import Episodes
from dtlens.env.minigrid import Action
from dtlens.env.settings import Environment
from dtlens.model.transformer import Windows
from dtlens.play.rollouts import Policy, play_model

# Whole episodes, one for each reward-to-go: `play_model` with all but these two given.
Play = Callable[[Policy, Float[np.ndarray, " episode"]], Episodes]
Views = UInt8[np.ndarray, "step 7 7 3"]
LOGITS = [action.name.lower() for action in Action]
MOMENTS = ["correlation", "centred_correlation"]
# Of each (measure, of): what an episode's steps are to sum, first of all what says if it counts.
PerStep = dict[tuple[str, str], Num[np.ndarray, "step _"] | Bool[np.ndarray, "step _"]]


def on_policy_table(
    policy: Policy, context: int, settings: Behaviour, environment: Environment
) -> pd.DataFrame:
    """What the model does in the states of its own play (see `on_policy`)."""

    def play(policy: Policy, target_rtg: Float[np.ndarray, " episode"]) -> Episodes:
        return play_model(policy, context, target_rtg, environment, settings.seed)

    return on_policy(
        *visited(policy, play, settings.rtg, settings.on_policy_episodes), settings.seed
    )


@torch.no_grad()
def visited(
    policy: Policy, play: Play, target_rtgs: list[float], episodes: int
) -> tuple[pd.DataFrame, Views]:
    """Every step of `episodes` episodes at each reward-to-go, and what the agent sees there.

    Columns: rtg, episode (numbered through), front, and the logits left, right, forward, the
    highest of which is the action.
    """
    seen, logits = [], []

    def watch(windows: Windows) -> Float[Tensor, "batch 1 action"]:
        answer = policy(windows)[:, -1:]
        seen.append(windows.observation[:, -1].cpu().numpy())
        logits.append(answer[:, 0].cpu().double().numpy())
        return answer

    target_rtg = np.repeat(target_rtgs, episodes)
    length = play(watch, target_rtg).length
    # The policy is called time by time, each time for the episodes that still run, in order.
    _, episode = np.nonzero(np.arange(length.max())[:, None] < length)
    steps, views = (
        pd.DataFrame({"rtg": target_rtg[episode], "episode": episode}),
        np.concatenate(seen),
    )
    steps["front"] = front_names(views)
    steps[LOGITS] = np.concatenate(logits)
    return steps, views


def on_policy(steps: pd.DataFrame, views: Views, seed: int) -> pd.DataFrame:
    """What the steps of `visited` say, at each reward-to-go.

    Columns: measure, of, rtg, value, low, high (95% over episodes: bootstrap, Wilson for
    goal_from_top), n (the episodes that count, of "forward" their steps). NaN if nothing counts.

    "correlation": Pearson's r of two actions' logits over the steps; "centred_correlation": each
    less the mean of the three. "forward": the share of the steps with the object `of` in front at
    which forward is the likeliest action. "right_turns": the share of right in the turns;
    "goal_from_top": its share in the entries into the goal.

    Of a rule, made from the even episodes at that reward-to-go and held against the odd ones:
    "agreement", the share of steps at which both have the same likeliest action; "explained", 1
    less its KL divergence from the model as a share of that of the even episodes' mean policy;
    "linear", the share of the centred logits' squared distance from the even episodes' mean that
    the rule accounts for. Rules: a table by "front", one by "front, sides" (how far the nearest
    thing is at each side, 0 to 3), and the linear one of the "view". What a table has not met has
    the mean policy.
    """
    generator = np.random.default_rng(seed)
    rows = []
    for rtg, at in steps.groupby("rtg").indices.items():
        here, action = steps.iloc[at], steps.iloc[at][LOGITS].to_numpy().argmax(1)
        summed = (
            _moments(here) | _forward(here, action) | _rules(here, views[at], action)
        ) | _turns_and_entries(here, action)
        for (measure, of), columns in summed.items():
            totals = pd.DataFrame(columns).groupby(here["episode"].to_numpy()).sum()
            estimate = _over_episodes(measure, totals.to_numpy(np.float64), generator)
            rows.append((measure, of, rtg, *estimate))
    table = pd.DataFrame(rows, columns=["measure", "of", "rtg", "value", "low", "high", "n"])
    return table.sort_values(["measure", "of"], kind="stable", ignore_index=True)


def _moments(steps: pd.DataFrame) -> PerStep:
    """1, x, y, x^2, y^2, xy of the logits left and right, and of what centring leaves of them."""
    logits = steps[LOGITS].to_numpy()
    summed = {}
    for measure, values in zip(MOMENTS, [logits, _centred(logits)], strict=True):
        x, y = values[:, Action.LEFT], values[:, Action.RIGHT]
        moments = [np.ones_like(x), x, y, x * x, y * y, x * y]
        summed[measure, "left, right"] = np.stack(moments, 1)
    return summed


def _centred(logits: Float[np.ndarray, "step 3"]) -> Float[np.ndarray, "step 3"]:
    return logits - logits.mean(1, keepdims=True)


def _forward(steps: pd.DataFrame, action: Int[np.ndarray, " step"]) -> PerStep:
    """For each object: is it in front, and is the action forward?"""
    faced = {front: (steps["front"] == front).to_numpy() for front in FRONTS}
    return {
        ("forward", front): np.stack([is_it, is_it & (action == Action.FORWARD)], 1)
        for front, is_it in faced.items()
    }


def _rules(steps: pd.DataFrame, views: Views, action: Int[np.ndarray, " step"]) -> PerStep:
    """At held-out steps, for each rule: 1, and is its action the model's? Mean policy's and rule's
    difference in divergence. And for the linear one, the same of squared distances."""
    held_out = steps["episode"].to_numpy() % 2 == 1
    logits, front = _centred(steps[LOGITS].to_numpy()), steps["front"].cat.codes.to_numpy(np.int64)
    fitted = linear(logits, views, ~held_out)
    rules = tables(logits, front, views, ~held_out) | {"view": log_softmax(fitted, axis=1)}
    log_p = log_softmax(logits, axis=1)
    base = divergence(log_p, np.log(np.exp(log_p[~held_out]).mean(0, keepdims=True)))
    summed = {}
    for of, log_q in rules.items():
        agrees = log_q.argmax(1) == action
        summed["agreement", of] = np.stack([held_out, held_out & agrees], 1)
        explained = np.stack([base, base - divergence(log_p, log_q)], 1)
        summed["explained", of] = explained * held_out[:, None]
    spread = ((logits - logits[~held_out].mean(0)) ** 2).sum(1)
    linear_part = np.stack([spread, spread - ((logits - fitted) ** 2).sum(1)], 1)
    return summed | {("linear", "view"): linear_part * held_out[:, None]}


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
    """Value, interval and n, given each episode's sums over its steps."""
    totals = totals[totals[:, 0] > 0]
    if not len(totals):
        return np.nan, np.nan, np.nan, 0
    statistic = pearson if measure in MOMENTS else share
    if measure == GOALS[0]:  # an episode has one entry at most
        low, high = wilson(int(totals[:, 1].sum()), len(totals))
    else:
        drawn = resampling_weights(len(totals), generator) @ totals
        with np.errstate(invalid="ignore"):  # NaN in a resample is NaN in both bounds
            low, high = np.quantile(statistic(drawn), [0.025, 0.975])
    n = int(totals[:, 0].sum()) if measure == "forward" else len(totals)
    return statistic(totals.mean(0, keepdims=True)).item(), low, high, n


def share(sums: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch"]:
    """The second of two sums as a share of the first."""
    return sums[..., 1] / sums[..., 0]


def pearson(sums: Float[np.ndarray, "*batch 6"]) -> Float[np.ndarray, "*batch"]:
    """Pearson's r from sums (or means) of 1, x, y, x^2, y^2, xy; NaN if x or y is constant."""
    x, y, xx, yy, xy = np.moveaxis(sums[..., 1:] / sums[..., :1], -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (xy - x * y) / np.sqrt((xx - x * x) * (yy - y * y))
