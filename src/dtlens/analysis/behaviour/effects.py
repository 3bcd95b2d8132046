"""What ablations change, scene by scene and episode by episode, and each component's Shapley value.

Changes and Shapley values are sums over edits within each scene or episode, so that their
intervals are those of a mean.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy.special import comb
from torch import Tensor

from dtlens.analysis.behaviour.edits import NONE, PLAY, Ablation, Values
from dtlens.analysis.lens.components import components
from dtlens.analysis.lens.preferences import preference
from dtlens.base.intervals import mean_intervals, ratio_interval, wilson

INTERVAL = ["value", "low", "high"]
CHANGE = ["change", "change_low", "change_high"]


def effect_tables(
    edits: list[Ablation],
    values: Iterable[Values],
    target_rtgs: list[float],
    generator: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The values and how ablation changes them, and Shapley values.

    The first table has the columns ablated (names joined by "+", or "none"), reference, evidence,
    event, rtg, value, low, high (95% bootstrap over scenes; Wilson in play), change (ablated less
    whole), change_low, change_high (bootstrap over the same scenes or episodes), and n of them.

    The second has component, reference, evidence, event, rtg, value, low, high (bootstrap), n. Its
    game gives a set of components the value of the model in which the rest are replaced: the
    components' Shapley values sum to whole less all-ablated. Empty if not every subset is ablated.
    """
    edited, whole = edit_labels(edits), np.eye(len(edits))
    played, games = _games(edits)
    sums = np.concatenate([whole, whole - whole[:1], games])
    effects, shares = [], []
    for evidence, event, of_units in values:
        each = np.tensordot(sums, of_units, 1)
        units = each.shape[-1]
        bounds = mean_intervals(each.reshape(-1, units).T, generator)
        estimates = np.stack([each.mean(-1), *(x.reshape(each.shape[:2]) for x in bounds)])
        value, change, shapley = np.split(estimates, [len(edits), 2 * len(edits)], axis=1)
        if evidence == PLAY:
            value[1:] = wilson_intervals(value[0], units)
        columns = dict(zip(INTERVAL + CHANGE, [*value, *change], strict=True))
        named = {"evidence": evidence, "event": event}
        effects.append(_rows(edited.assign(**named), target_rtgs, columns, units))
        columns = dict(zip(INTERVAL, shapley, strict=True))
        shares.append(_rows(played.assign(**named), target_rtgs, columns, units))
    return pd.concat(effects, ignore_index=True), pd.concat(shares, ignore_index=True)


def kept_table(
    edits: list[Ablation],
    logits: Float[Tensor, "edit rtg scene 3"],
    target_rtgs: list[float],
    generator: np.random.Generator,
) -> pd.DataFrame:
    """How faithful to the whole model its edits stay, over all scenes at a reward-to-go.

    Columns as of the first of `effect_tables`, less those of the change; evidence is "kept". Event
    "actions" is the share of scenes whose likeliest action stays (Wilson); "divergence" the mean
    KL(whole || edit) in nats; "variance" the share of F-R's variance over the scenes that the
    edit's F-R accounts for, below 0 if it is further from the whole model's than its mean is.
    """
    scenes, action, log_p = logits.shape[2], logits.argmax(-1), logits.log_softmax(-1)
    same = (action == action[0]).double().mean(-1).numpy()
    divergence = (log_p[0].exp() * (log_p[0] - log_p)).sum(-1).numpy()
    main = preference(logits).numpy()
    error = (main - main[0]) ** 2
    spread = np.broadcast_to((main[0] - main[0].mean(-1, keepdims=True)) ** 2, error.shape)
    flat = [x.reshape(-1, scenes).T for x in (divergence, error, spread)]
    with np.errstate(divide="ignore", invalid="ignore"):
        missed = error.mean(-1) / spread.mean(-1)
    most, least = ratio_interval(flat[1], flat[2], generator)
    tables = []
    for event, estimates in {
        "actions": (same, *wilson_intervals(same, scenes)),
        "divergence": (divergence.mean(-1), *mean_intervals(flat[0], generator)),
        "variance": (1 - missed, 1 - least, 1 - most),
    }.items():
        labels = edit_labels(edits).assign(evidence="kept", event=event)
        columns = dict(zip(INTERVAL, estimates, strict=True))
        tables.append(_rows(labels, target_rtgs, columns, scenes))
    return pd.concat(tables, ignore_index=True)


def edit_labels(edits: list[Ablation]) -> pd.DataFrame:
    """Columns: ablated, reference."""
    rows = [("+".join(edit.ablated) or NONE, edit.reference) for edit in edits]
    return pd.DataFrame(rows, columns=["ablated", "reference"])


def shapley_weights(
    players: list[str], absent: list[tuple[str, ...]]
) -> Float[np.ndarray, "player subset"]:
    """What each player's Shapley value takes of a game's value with the `absent` players absent.

    `absent` holds every subset of the players once.
    """
    is_absent = np.array([[player in subset for subset in absent] for player in players])
    others = (~is_absent).sum(0) - ~is_absent  # that are in the coalition
    size = 1 / (len(players) * comb(len(players) - 1, others))
    return np.where(is_absent, -size, size)


def _games(edits: list[Ablation]) -> tuple[pd.DataFrame, Float[np.ndarray, "game edit"]]:
    """Each component's Shapley value by each reference: what it is of, and what it sums."""
    players = [component.name for component in components(edits[0].model.model.cell)]
    labels, sums = [], [np.zeros((0, len(edits)))]
    for reference in dict.fromkeys(edit.reference for edit in edits[1:]):
        at = [i for i, edit in enumerate(edits) if edit.reference in (NONE, reference)]
        if len(at) == 2 ** len(players):
            labels += [(player, reference) for player in players]
            of_edits = np.zeros((len(players), len(edits)))
            of_edits[:, at] = shapley_weights(players, [edits[i].ablated for i in at])
            sums.append(of_edits)
    return pd.DataFrame(labels, columns=["component", "reference"]), np.concatenate(sums)


def _rows(
    labels: pd.DataFrame,
    target_rtgs: list[float],
    columns: dict[str, Float[np.ndarray, " label_rtg"] | Float[np.ndarray, "label rtg"]],
    units: int,
) -> pd.DataFrame:
    """A row for each label and reward-to-go."""
    table = labels.loc[labels.index.repeat(len(target_rtgs))].reset_index(drop=True)
    flat = {name: column.ravel() for name, column in columns.items()}
    return table.assign(rtg=np.tile(target_rtgs, len(labels)), **flat, n=units)


def wilson_intervals(
    share: Float[np.ndarray, "*axes"], n: int
) -> tuple[Float[np.ndarray, "*axes"], Float[np.ndarray, "*axes"]]:
    """Of shares of n."""
    return np.vectorize(wilson, otypes=[float, float])(np.rint(share * n).astype(int), n)
