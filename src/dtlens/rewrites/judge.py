"""Edits judged: what they do where they should, where they should not, and in play."""

from functools import partial

import numpy as np
import pandas as pd
import torch

from dtlens.model.transformer import DecisionTransformer
from dtlens.play.outcomes import outcome_rates
from dtlens.play.rollouts import play_model
from dtlens.rewrites.edits import ENDS, Edit, halves
from dtlens.rewrites.rank_one import (
    Place,
    divergences,
    edited,
    forward_in,
    least_scale,
    least_squares_key,
    places,
    rtg_value,
    value_towards,
)
from dtlens.rewrites.settings import Rewrites
from dtlens.stats import mean_interval
from dtlens.task.settings import Environment
from dtlens.worlds.kinds import KINDS, TRAINED

NONE, LEAST_SQUARES, RANDOM = "none", "least squares", "random"
SCENES = ["place", "key", "before", "after", "divergence", "low", "high", "n"]


def change(
    model: DecisionTransformer, place: Place, edit: Edit, wanted: float
) -> DecisionTransformer | None:
    """The model edited there, by its first half of the targets; None if no scale has the effect."""
    targets, others = halves(edit.targets)[0], halves(edit.others)[0]
    if place.name == "W_rtg":  # read everywhere: the key is given, a value is sought
        key, value = torch.ones(1), rtg_value(model, targets, edit.sign)
    else:
        with torch.no_grad():
            key = least_squares_key(place.keys(model, targets), place.keys(model, others))
        value = value_towards(model, edit.sign)
    scale = least_scale(model, place, key, value, targets, wanted, edit.sign)
    return None if np.isnan(scale) else edited(model, place, key, value, scale)


def in_scenes(
    model: DecisionTransformer, changed: DecisionTransformer | None, edit: Edit, seed: int
) -> dict[str, float]:
    """P(forward) in held-out target states before and after, and the mean divergence elsewhere
    (held out, too) with its 95% bootstrap interval over states; NaN if there is no edit."""
    targets, others = halves(edit.targets)[1], halves(edit.others)[1]
    before = forward_in(model, targets)
    if changed is None:
        return {"before": before, "n": len(others.rtg)}
    off = divergences(model, changed, others)
    low, high = mean_interval(off, np.random.default_rng(seed))
    after = forward_in(changed, targets)
    found = {"before": before, "after": after, "divergence": off.mean(), "low": low, "high": high}
    return found | {"n": len(off)}


def by_chance(
    model: DecisionTransformer, place: Place, edit: Edit, wanted: float, settings: Rewrites
) -> dict[str, float]:
    """The same of random keys with the same effect: medians, and 2.5% and 97.5% quantiles of the
    divergence, over those keys that can have it (n)."""
    generator = torch.Generator().manual_seed(settings.seed)
    (targets, held_out), (_, others) = halves(edit.targets), halves(edit.others)
    value, found = value_towards(model, edit.sign), []
    for _ in range(settings.random_keys):
        key = torch.randn(len(place.weight(model)), generator=generator)
        with torch.no_grad():  # of it and its opposite, that which the targets have more of
            key *= (place.keys(model, targets) @ key).mean().sign()
        scale = least_scale(model, place, key, value, targets, wanted, edit.sign)
        if not np.isnan(scale):
            changed = edited(model, place, key, value, scale)
            off = divergences(model, changed, others).mean()
            found.append((forward_in(changed, held_out), off))
    row = {"before": forward_in(model, held_out), "n": float(len(found))}
    if not found:
        return row
    after, off = np.array(found).T
    low, high = np.quantile(off, [0.025, 0.975])
    return row | {"after": np.median(after), "divergence": np.median(off), "low": low, "high": high}


def in_play(
    model: DecisionTransformer, kinds: list[str], settings: Rewrites, environment: Environment
) -> pd.DataFrame:
    """How episodes end in each kind of room, told each of `ENDS`. Columns: kind, rtg, event, value,
    low, high, n."""
    target_rtg = np.repeat(list(ENDS.values()), settings.episodes)
    tables = []
    for kind in kinds:
        policy = partial(model, last=True)
        make = KINDS[kind].make
        played = play_model(
            policy, model.cell.context, target_rtg, environment, settings.seed, make=make
        )
        tables.append(outcome_rates(played, target_rtg).assign(kind=kind))
    return pd.concat(tables, ignore_index=True)


def judge(
    model: DecisionTransformer, edits: dict[str, Edit], settings: Rewrites, environment: Environment
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every edit in every place of a model of one layer: in scenes, and in play.

    The first table has the columns edit, place, key, before, after, divergence, low, high, n (see
    `in_scenes` and, for random keys in W_out, `by_chance`); the second edit and place ("none": the
    model as it is), and those of `in_play`, in the game's rooms and in the edit's own.
    """
    wanted = {-1: settings.refused, 1: settings.entered}
    all_kinds = list(dict.fromkeys([TRAINED, *(edit.kind for edit in edits.values())]))
    scenes = []
    plays = [in_play(model, all_kinds, settings, environment).assign(edit=NONE, place=NONE)]
    for name, edit in edits.items():
        kinds = list(dict.fromkeys([TRAINED, edit.kind]))
        for place in places(model):
            changed = change(model, place, edit, wanted[edit.sign])
            row = {"edit": name, "place": place.name}
            found = in_scenes(model, changed, edit, settings.seed)
            scenes.append(row | {"key": LEAST_SQUARES} | found)
            if place.name == "W_out":
                null = by_chance(model, place, edit, wanted[edit.sign], settings)
                scenes.append(row | {"key": RANDOM} | null)
            if changed is not None:
                plays.append(in_play(changed, kinds, settings, environment).assign(**row))
    columns = ["edit", "place", "kind", "rtg", "event", "value", "low", "high", "n"]
    return (
        pd.DataFrame(scenes).reindex(columns=["edit", *SCENES]),
        pd.concat(plays, ignore_index=True)[columns],
    )
