"""Edits judged: what they do where they should, where they should not, and in play."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch

from dtlens.base.intervals import mean_interval
from dtlens.beyond.attainable_returns.returns import returns_at
from dtlens.beyond.attainable_returns.settings import AttainableReturns
from dtlens.beyond.rank_one_editing.edits import ENDS, Edit
from dtlens.beyond.rank_one_editing.rank_one import (
    W_OUT,
    W_RTG,
    Place,
    RankOne,
    divergences,
    forward_in,
    least_scale,
    least_squares_key,
    places,
    rtg_value,
    value_towards,
)
from dtlens.beyond.rank_one_editing.settings import RankOneEditing
from dtlens.beyond.rooms.kinds import KINDS, TRAINED
from dtlens.env.settings import Environment
from dtlens.model.transformer import DecisionTransformer
from dtlens.play.outcomes import outcome_rates
from dtlens.play.rollouts import play_model

NONE, LEAST_SQUARES, RANDOM = "none", "least squares", "random"
TO_WAIT = "wait for the target"  # the calibration edit
SCENES = ["edit", "wanted", "place", "key", "before", "after", "divergence", "low", "high", "n"]
PLAY = ["edit", "place", "kind", "rtg", "event", "value", "low", "high", "n"]


def change(
    model: DecisionTransformer, place: Place, edit: Edit, probability: float
) -> DecisionTransformer | None:
    """The model edited there, by its first half of the targets; None if no scale has the effect."""
    _, targets, others, *_ = edit.half(0)
    if place is W_RTG:  # read everywhere: the key is given, a value is sought
        key, value = torch.ones(1), rtg_value(model, targets, edit.sign)
    else:
        key = least_squares_key(place.keys(model, targets), place.keys(model, others))
        value = value_towards(model, edit.sign)
    made = RankOne(place, key, value)
    scale = least_scale(model, made, targets, probability, edit.sign)
    return None if np.isnan(scale) else made.made(model, scale)


def in_scenes(
    model: DecisionTransformer, changed: DecisionTransformer | None, edit: Edit, seed: int
) -> dict[str, float]:
    """P(forward) in held-out target states before and after, and the mean divergence elsewhere
    (held out, too) with its 95% bootstrap interval over states; NaN if there is no edit."""
    _, targets, others, *_ = edit.half(1)
    before = forward_in(model, targets)
    if changed is None:
        return {"before": before, "n": len(others.rtg)}
    off = divergences(model, changed, others)
    low, high = mean_interval(off, np.random.default_rng(seed))
    after = forward_in(changed, targets)
    found = {"before": before, "after": after, "divergence": off.mean(), "low": low, "high": high}
    return found | {"n": len(off)}


def by_chance(
    model: DecisionTransformer,
    place: Place,
    edit: Edit,
    probability: float,
    settings: RankOneEditing,
) -> dict[str, float]:
    """The same of random keys with the same effect: medians, and 2.5% and 97.5% quantiles of the
    divergence, over those keys that can have it (n)."""
    generator = torch.Generator().manual_seed(settings.seed)
    targets, held_out, others = edit.half(0).targets, *edit.half(1)[1:3]
    value, found = value_towards(model, edit.sign), []
    for _ in range(settings.random_keys):
        key = torch.randn(len(place.weight(model)), generator=generator)
        # Of it and its opposite, that which the targets have more of.
        key *= (place.keys(model, targets) @ key).mean().sign()
        random = RankOne(place, key, value)
        scale = least_scale(model, random, targets, probability, edit.sign)
        if not np.isnan(scale):
            changed = random.made(model, scale)
            off = divergences(model, changed, others).mean()
            found.append((forward_in(changed, held_out), off))
    row = {"before": forward_in(model, held_out), "n": float(len(found))}
    if not found:
        return row
    after, off = np.array(found).T
    low, high = np.quantile(off, [0.025, 0.975])
    return row | {"after": np.median(after), "divergence": np.median(off), "low": low, "high": high}


def in_play(
    model: DecisionTransformer,
    kinds: list[str],
    settings: RankOneEditing,
    environment: Environment,
) -> pd.DataFrame:
    """How episodes end in each kind of room, told each of `ENDS`. Columns: kind, rtg, event, value,
    low, high, n."""
    target_rtg = np.repeat(list(ENDS.values()), settings.episodes)
    policy, context, tables = partial(model, last=True), model.cell.context, []
    for kind in dict.fromkeys(kinds):
        make = KINDS[kind].make
        played = play_model(policy, context, target_rtg, environment, settings.seed, make=make)
        tables.append(outcome_rates(played, target_rtg).assign(kind=kind))
    return pd.concat(tables, ignore_index=True)


@dataclass
class Editor:
    """Makes edits in a model of one layer, in scenes and in play; what it finds adds up."""

    model: DecisionTransformer
    settings: RankOneEditing
    environment: Environment
    returns: AttainableReturns
    scenes: list[dict[str, Any]] = field(default_factory=list)

    def make(
        self, name: str, edit: Edit, place: Place, probability: float
    ) -> DecisionTransformer | None:
        """The edit in a place, judged in scenes."""
        changed = change(self.model, place, edit, probability)
        row = {"edit": name, "wanted": probability, "place": place.name, "key": LEAST_SQUARES}
        self.scenes.append(row | in_scenes(self.model, changed, edit, self.settings.seed))
        return changed

    def chance(self, name: str, edit: Edit, place: Place, probability: float) -> None:
        """Random keys in the place instead."""
        row = {"edit": name, "wanted": probability, "place": place.name, "key": RANDOM}
        self.scenes.append(row | by_chance(self.model, place, edit, probability, self.settings))

    def play(self, edits: dict[str, Edit]) -> pd.DataFrame:
        """Every edit in every place, in the game's rooms and in its own, and the model as it is."""
        probabilities = {-1: self.settings.refused, 1: self.settings.entered}
        given = (self.settings, self.environment)
        kinds = [TRAINED, *(edit.kind for edit in edits.values())]
        plays = [in_play(self.model, kinds, *given).assign(edit=NONE, place=NONE)]
        for name, edit in edits.items():
            for place in places(self.model):
                changed = self.make(name, edit, place, probabilities[edit.sign])
                if place is W_OUT:
                    self.chance(name, edit, place, probabilities[edit.sign])
                if changed is not None:
                    table = in_play(changed, [TRAINED, edit.kind], *given)
                    plays.append(table.assign(edit=name, place=place.name))
        return pd.concat(plays, ignore_index=True)[PLAY]

    def calibrate(self, edit: Edit) -> pd.DataFrame:
        """The calibration edit in every place, in W_out at each strength, and what episodes return.
        Columns: wanted, place, and those of `returns_at`."""
        strongest, *weaker = self.settings.calibration
        first, *others = places(self.model)
        at = [(first, strongest), *((first, probability) for probability in weaker)]
        tables = [pd.DataFrame(columns=["wanted", "place"])]  # it may be had nowhere
        for place, probability in [*at, *((place, strongest) for place in others)]:
            changed = self.make(TO_WAIT, edit, place, probability)
            if changed is not None:
                targets = self.returns.targets
                table = returns_at(changed, targets, self.returns, self.environment)
                tables.append(table.assign(wanted=probability, place=place.name))
        self.chance(TO_WAIT, edit, first, strongest)
        return pd.concat(tables[1:] or tables, ignore_index=True)

    def judged(self, edits: dict[str, Edit], to_wait: Edit) -> dict[str, pd.DataFrame]:
        """`scenes`: columns `SCENES` (see `in_scenes` and, for random keys, `by_chance`); `play`:
        columns `PLAY`; `returns`: see `calibrate`."""
        play, returns = self.play(edits), self.calibrate(to_wait)
        scenes = pd.DataFrame(self.scenes).reindex(columns=SCENES)
        return {"scenes": scenes, "play": play, "returns": returns}
