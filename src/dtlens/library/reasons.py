"""Why a model prefers an action in a state: parts that sum to the logits, token by token.

A preference is an action's logit, or the difference of two: its direction in the residual stream is
a column of W_U, or the difference of two. There is no LayerNorm, so that what is written along it
adds up (Elhage et al., 2021).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from transformer_lens import ActivationCache

from dtlens.analysis.circuits import attribution
from dtlens.analysis.circuits.maps import CELLS, CHANNELS, by_cell, by_channel
from dtlens.analysis.lens.components import components, head_names
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import Preference, difference
from dtlens.analysis.lens.tidy import Axes, tidy
from dtlens.analysis.scenes.bank import one_step
from dtlens.base.errors import UserError
from dtlens.base.settings import load
from dtlens.env.minigrid import Action
from dtlens.library.experiments import Policy
from dtlens.library.games import Game
from dtlens.library.project import in_project
from dtlens.library.showing import first_time
from dtlens.model.transformer import Windows, encode
from dtlens.play.settings import Calibration

ACTIONS = [action.name.lower() for action in Action]
PLACE = ["x", "y", "direction"]
KINDS = ["RTG", "state", "action"]


def preferred(towards: str, against: str | None) -> Preference:
    """The actions of these names; raises `UserError`."""
    if unknown := [name for name in (towards, against or towards) if name not in ACTIONS]:
        raise UserError(f"action: {unknown[0]!r} is none of {', '.join(ACTIONS)}")
    return ACTIONS.index(towards), None if against is None else ACTIONS.index(against)


def tokens_of(windows: Windows) -> list[str]:
    """The names of a window's tokens: "RTG t=9", "state t=9", "action t=9", "RTG t=10", ..."""
    times = windows.time[0].tolist()
    return [f"{kind} t={time}" for time in times for kind in KINDS][:-1]


@torch.no_grad()
def contributions(
    model: HookedDecisionTransformer,
    windows: Windows,
    towards: str = "forward",
    against: str | None = "right",
) -> pd.DataFrame:
    """Direct logit attribution in the `model`, at the last state of each of the `windows`, in
    logits.

    Columns: window (its row); component (the token's own state, time and position; heads, MLPs;
    the biases b_O, b_out and b_U); token (of a head, the one that it takes it from; else the last
    state, or "bias"); value. A window's values sum to the logit of `towards` less that of
    `against`, or to the logit itself if that is None.
    """
    of, names = preferred(towards, against), tokens_of(windows)
    onto, (_, cache) = difference(model.W_U, of), model.run_with_cache(windows)
    taken = {
        one.name: attended(model, cache, one.layer, one.head, onto)
        for one in components(model.model.cell)
        if one.head is not None
    }
    parts: dict[tuple[str, str], Tensor] = {}
    for component, value in attribution.contributions(model, windows, of).items():
        if component in taken:
            parts |= {(component, name): taken[component][:, i] for i, name in enumerate(names)}
        else:
            parts[component, "bias" if component.startswith("b_") else names[-1]] = value
    table = pd.DataFrame({key: part.cpu() for key, part in parts.items()})
    table = table.rename_axis(columns=["component", "token"]).melt(ignore_index=False)
    return table.rename_axis("window").reset_index()


def attended(
    model: HookedDecisionTransformer,
    cache: ActivationCache,
    layer: int,
    head: int,
    onto: Float[Tensor, " d"],
) -> Float[Tensor, "batch token"]:
    """What a head takes from each token and writes along `onto`, at the last state."""
    pattern = cache[f"blocks.{layer}.attn.hook_pattern"][:, head, -1]
    values = cache[f"blocks.{layer}.attn.hook_v"][:, :, head]
    return pattern * (values @ (model.W_O[layer, head] @ onto))


@torch.no_grad()
def cell_contributions(
    model: HookedDecisionTransformer,
    window: Windows,
    towards: str = "forward",
    against: str | None = "right",
) -> pd.DataFrame:
    """What each cell of the last view in one `window` adds to the `model`'s preference, in logits:
    the logit of `towards` less that of `against`.

    Columns: via ("direct", or a head of the first layer, at the attention that it has here);
    channel (object, colour, state), x, y (the agent at 3, 6 faces 3, 5), value. What is direct sums
    to `contributions`' state; by way of a head, to what it takes from the last state token less
    what that token's time and position, and b_V, give.
    """
    cell, W_state = model.model.cell, model.model.W_state
    onto = difference(model.W_U, preferred(towards, against))
    readers = {"direct": onto}
    if cell.layers:
        _, cache = model.run_with_cache(window)
        pattern = cache["blocks.0.attn.hook_pattern"][0, :, -1, -1]
        written = pattern[:, None] * (model.OV[0] @ onto[:, None]).AB.squeeze(-1)
        readers |= {f"L0H{head}": written[head] for head in range(cell.heads)}
    inputs = encode(window.observation[0, -1], cell.encoding).to(onto)
    parts = by_cell(inputs * (torch.stack(list(readers.values())) @ W_state.T))
    values = torch.stack(by_channel(parts), dim=1)
    return tidy({"via": readers, "channel": CHANNELS, **CELLS}, value=values)


@torch.no_grad()
def attention(model: HookedDecisionTransformer, window: Windows) -> pd.DataFrame:
    """Who attends to whom in the `model`, in one `window`. Columns: head, query, key (tokens),
    value (a share)."""
    cell, names = model.model.cell, tokens_of(window)
    if not (heads := head_names(cell)):
        return pd.DataFrame(columns=["head", "query", "key", "value"])
    _, cache = model.run_with_cache(window)
    patterns = [cache[f"blocks.{layer}.attn.hook_pattern"][0] for layer in range(cell.layers)]
    axes: Axes = {"head": heads, "query": names, "key": names}
    return tidy(axes, value=torch.cat(patterns))


@torch.no_grad()
def scan(
    model: HookedDecisionTransformer,
    window: Windows,
    towards: str = "forward",
    against: str | None = "right",
    rtgs: Sequence[float] | None = None,
) -> pd.DataFrame:
    """The `model` in one `window`, at one of the `rtgs` after the other (by default
    params.yaml's).

    Columns: rtg; measure: "probability" and "logit" (name: the action), "contribution" to the logit
    of `towards` less that of `against` (name: the component), "attention" of the last state to all
    RTG tokens (name: the head); name; value.
    """
    if rtgs is None:
        with in_project():
            rtgs = load("calibration", Calibration).rtg.grid
    targets = torch.tensor(rtgs)[:, None]
    windows = Windows(*(column.expand(len(targets), *column.shape[1:]) for column in window))
    windows = windows._replace(rtg=targets.expand_as(windows.rtg))
    logits, cache = model.run_with_cache(windows)
    measured = {"logit": logits[:, -1], "probability": logits[:, -1].softmax(-1)}
    tables = [
        tidy({"rtg": rtgs, "name": ACTIONS}, value=values).assign(measure=measure)
        for measure, values in measured.items()
    ]
    parts = contributions(model, windows, towards, against)
    summed = parts.groupby(["window", "component"], sort=False)["value"].sum().reset_index()
    summed = summed.assign(rtg=summed["window"].map(dict(enumerate(rtgs))))
    tables.append(summed.rename(columns={"component": "name"}).assign(measure="contribution"))
    for layer in range(model.model.cell.layers):
        to_rtg = cache[f"blocks.{layer}.attn.hook_pattern"][:, :, -1, ::3].sum(-1)
        heads = [f"L{layer}H{head}" for head in range(to_rtg.shape[1])]
        table = tidy({"rtg": rtgs, "name": heads}, value=to_rtg)
        tables.append(table.assign(measure="attention"))
    return pd.concat(tables, ignore_index=True)[["rtg", "measure", "name", "value"]]


def timeline(
    model: HookedDecisionTransformer,
    game: Game,
    rtg: float,
    towards: str = "forward",
    against: str | None = "right",
) -> pd.DataFrame:
    """The `model`'s `contributions` to the logit of `towards` less that of `against`, at each step
    of a `game`, at target return `rtg`.

    Columns: step; action (what was done there; none at the end); component (with "whole", their
    sum); value.
    """
    context = model.model.cell.context
    windows = [game.window(context, rtg, at) for at in range(len(game.views))]
    by_length: dict[int, list[int]] = {}
    for step, window in enumerate(windows):
        by_length.setdefault(window.rtg.shape[1], []).append(step)
    tables = []
    for rows in by_length.values():
        batch = Windows.joined(windows[row] for row in rows)
        table = contributions(model, batch, towards, against)
        tables.append(table.assign(step=np.array(rows)[table["window"]]))
    parts = pd.concat(tables).pivot_table("value", "step", "component", "sum", sort=False)
    done = [ACTIONS[action] for action in game.actions]
    parts = parts.assign(whole=parts.sum(axis=1), action=[*done, ""])
    return parts.reset_index().melt(["step", "action"], var_name="component")


@torch.no_grad()
def policy_field(
    policy: Policy,
    places: Sequence[tuple[int, int, int]],
    views: UInt8[np.ndarray, "place 7 7 3"],
    rtg: float = 0.9,
    t: int | None = None,
) -> pd.DataFrame:
    """What a `policy` would do in each of the `places`, seeing `views` (see `World.everywhere`).

    It is shown that one step, at time `t` (by default the bank's first), at target return `rtg`.
    Columns: x, y, direction, left, right, forward (probabilities).
    """
    time, table = first_time() if t is None else t, pd.DataFrame(places, columns=PLACE)
    table[ACTIONS] = policy(one_step(views, rtg, time))[:, -1].softmax(-1).cpu().numpy()
    return table
