"""7x7 maps of what is read from the cells of the view (figures 14 to 17 of the study).

The state embedding is linear without bias, so that whatever reads the state token linearly has a
weight for each input of each cell. `of` says what of a cell a map shows:

- a channel (index encoding only): the weight of one unit of that integer;
- an object: the change when it is put into an unseen cell, all its channels together, which both
  encodings have. Index-encoded, an unseen cell is 0. One-hot, it is a bit that training never
  turned on, as agents see through walls: its small random weight is in every object's map, and
  drops out of the difference of two.
"""

import pandas as pd
import torch
from einops import einsum, rearrange
from jaxtyping import Float, UInt8
from torch import Tensor

from dtlens.analysis.circuits.terms import score_parts
from dtlens.analysis.lens.components import head_names
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import MAIN, preference_directions
from dtlens.analysis.lens.tidy import Axes, tidy
from dtlens.env.dynamic_obstacles import CONTENTS, WALKED_ON
from dtlens.env.minigrid import COLOURS, FRONT, OBJECTS, STATES, Action
from dtlens.model.transformer import DecisionTransformer, Windows, encode

CHANNELS = {"object": OBJECTS, "colour": COLOURS, "state": STATES}
CELLS: Axes = {"x": range(7), "y": range(7)}


@torch.no_grad()
def embedding_maps(model: DecisionTransformer, windows: Windows) -> pd.DataFrame:
    """What the state embedding of each cell adds to the preferences, in logits: a row a cell.

    Columns: circuit (embedding), onto, measure, of, x, y (the agent at 3, 6 faces 3, 5), value.
    Measure `weight` is of weights alone. `mean`, `mean_abs` and `sd` are over the windows, onto
    the main preference, of what each channel contributes, and the `cell` as a whole. Where inputs
    are one-hot, only `sd` is free of constants, as one bit of each channel is always on.
    """
    directions = preference_directions(model)
    weights = weight_maps(model, torch.stack(list(directions.values())))
    table = tidy({"onto": directions, "of": shown(model), **CELLS}, value=weights)
    seen = contributions(model, windows.observation[:, 0], directions[MAIN])
    tables = [table.assign(measure="weight"), seen.assign(onto=MAIN)]
    columns = ["circuit", "onto", "measure", "of", "x", "y", "value"]
    return pd.concat(tables, ignore_index=True).assign(circuit="embedding")[columns]


@torch.no_grad()
def head_maps(hooked: HookedDecisionTransformer, windows: dict[float, Windows]) -> pd.DataFrame:
    """What the first layer's heads read from each cell of the state token: a row a cell.

    Columns: circuit, head, rtg (of QK alone), onto, measure, of, x, y, value; without layers, no
    rows.

    - OV, in logits, onto the preferences and each action: measure `weight`, what the head writes
      when it attends to the state token alone.
    - QK, onto the score of the RTG token less the state token's own, at a reward-to-go and the
      windows' times: `linear` leaves out the products of the state with itself; `gradient` has
      them: it is the score's derivative, in the mean over the windows.
    """
    columns = ["circuit", "head", "rtg", "onto", "measure", "of", "x", "y", "value"]
    model = hooked.model
    if not model.cell.layers:
        return pd.DataFrame(columns=columns)
    heads = head_names(model.cell)[: model.cell.heads]
    onto = preference_directions(model) | {a.name.lower(): model.W_U[:, a] for a in Action}
    written = (hooked.bridge.OV[0] @ torch.stack(list(onto.values()), dim=1)).AB.mT
    axes: Axes = {"head": heads, "onto": onto, "of": shown(model), **CELLS}
    table = tidy(axes, value=weight_maps(model, written))
    tables = [table.assign(circuit="OV", measure="weight")]
    for rtg, seen in windows.items():
        readers = score_readers(hooked, seen)
        axes = {"measure": readers, "head": heads, "of": shown(model), **CELLS}
        table = tidy(axes, value=weight_maps(model, torch.stack(list(readers.values()))))
        tables.append(table.assign(circuit="QK", onto="score", rtg=rtg))
    return pd.concat(tables, ignore_index=True).reindex(columns=columns)


def shown(model: DecisionTransformer) -> list[str]:
    """What `weight_maps` shows of a cell, in order."""
    return [*CONTENTS, *(CHANNELS if model.cell.encoding == "index" else [])]


def weight_maps(
    model: DecisionTransformer, readers: Float[Tensor, "*reader d"]
) -> Float[Tensor, "*reader of 7 7"]:
    """Each reader's maps of what `shown` names."""
    weights = by_cell(readers @ model.W_state.T)
    codes = torch.tensor([(0, 0, 0), *CONTENTS.values()], dtype=torch.uint8, device=weights.device)
    unseen, *contents = encode(codes[:, None, None], model.cell.encoding).to(weights)
    put = torch.stack(contents) - unseen
    objects = einsum(weights, put, "... x y input, object input -> ... object x y")
    if model.cell.encoding == "one_hot":
        return objects
    return torch.cat([objects, rearrange(weights, "... x y channel -> ... channel x y")], dim=-3)


def contributions(
    model: DecisionTransformer,
    observation: UInt8[Tensor, "scene 7 7 3"],
    direction: Float[Tensor, " d"],
) -> pd.DataFrame:
    """What each cell of the view adds along a direction: statistics over scenes.

    Columns: measure (mean, mean_abs, sd), of (a channel, or `cell`: their sum), x, y, value.
    """
    inputs = encode(observation, model.cell.encoding).to(direction)
    parts = by_cell(inputs * (model.W_state @ direction))
    added = torch.stack([*by_channel(parts), parts.sum(-1)], dim=1)
    measures = {"mean": added.mean(0), "mean_abs": added.abs().mean(0), "sd": added.std(0)}
    axes: Axes = {"measure": measures, "of": [*CHANNELS, "cell"], **CELLS}
    return tidy(axes, value=torch.stack(list(measures.values())))


def score_readers(
    hooked: HookedDecisionTransformer, windows: Windows
) -> dict[str, Float[Tensor, "head d"]]:
    """What the state's embedding is multiplied by in the sum of `score_terms`, by head.

    `linear` in the part that is linear in the state, `gradient` in all of it, near the state: the
    derivative. Means over the windows.
    """
    queries, keys = (parts.mean(1) for parts in score_parts(hooked, windows))
    by_query = einsum(hooked.bridge.W_Q[0], keys, "head d k, key head k -> key head d")
    by_key = einsum(hooked.bridge.W_K[0], queries, "head d k, query head k -> query head d")
    fixed = by_query[:-1].sum(0) - by_key[1:].sum(0)  # the state is the last key, the first query
    scale = queries.shape[-1] ** -0.5
    return {"linear": scale * fixed, "gradient": scale * (fixed + by_query[-1] - by_key[0])}


def front_cells(maps: pd.DataFrame) -> pd.DataFrame:
    """The front cell in each map of a table of maps (table 3 of the study: the embedding's).

    Columns: the table's but x and y; rank (1: no cell's value is larger in size, of 49); off_front
    (share of the absolute values' sum that the other cells hold); for objects and each of
    `WALKED_ON` versus_..., by how much value exceeds that object's.
    """
    names = [name for name in maps if name not in ("x", "y", "value")]
    maps = maps.assign(size=maps["value"].abs())
    size = maps.groupby(names, dropna=False)["size"]
    maps["rank"] = size.rank(ascending=False, method="min").astype(int)
    maps["off_front"] = 1 - maps["size"] / size.transform("sum")
    front = maps[(maps["x"] == FRONT[0]) & (maps["y"] == FRONT[1])]
    front = front[[*names, "value", "rank", "off_front"]].reset_index(drop=True)
    objects = front[front["of"].isin(CONTENTS)]
    same = [name for name in names if name != "of"]
    for other in WALKED_ON:
        named = objects.assign(value=objects["value"].where(objects["of"] == other))
        against = named.groupby(same, dropna=False)["value"].transform("first")
        front[f"versus_{other}"] = objects["value"] - against
    return front


def by_channel(parts: Float[Tensor, "*batch 7 7 input"]) -> list[Float[Tensor, "*batch 7 7"]]:
    """What each of `CHANNELS` adds, an integer or a bit for each of its values."""
    sizes = 1 if parts.shape[-1] == len(CHANNELS) else list(CHANNELS.values())
    return [channel.sum(-1) for channel in parts.split(sizes, dim=-1)]


def by_cell(inputs: Float[Tensor, "*batch input"]) -> Float[Tensor, "*batch 7 7 input//49"]:
    return rearrange(inputs, "... (x y input) -> ... x y input", x=7, y=7)
