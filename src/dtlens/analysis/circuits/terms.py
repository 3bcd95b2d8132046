"""QK and OV circuits of the first layer's heads, term by term (Elhage et al., 2021).

With a context of one timestep the tokens are RTG (token 0) and state (token 1); with e the state's
embedding, w that of one unit of reward-to-go r, T_t the time's and p the positions':

    x_rtg = r w + T_t + p_0        x_state = e + T_t + p_1

**Score.** A softmax over two keys is a sigmoid of the difference of their scores. In it b_K and
the keys' time cancel, and nothing else does:

    score(rtg) - score(state) = q k^T / sqrt(d_head)
    q = (e + T_t + p_1) W_Q + b_Q,        k = (r w + p_0 - p_1 - e) W_K

Four parts of q times three of k: constants, terms linear in r or in e, r times e, e times e.

**Value.** What a head adds to a logit is its attention to each token times (x W_V + b_V) W_O W_U;
b_O belongs to no head.

The inputs of deeper layers are no embeddings: there only `attention` and `svd` apply.
"""

import pandas as pd
import torch
from einops import einsum
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.lens.components import head_names
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import preference_directions
from dtlens.analysis.lens.tidy import Axes, tidy
from dtlens.model.transformer import Windows, encode

QUERY = ["state", "time", "position", "b_Q"]
KEY = ["rtg", "position", "state"]
TOKENS = ["rtg", "state"]
VALUE = ["embedding", "time", "position", "b_V"]


def embedded(
    hooked: HookedDecisionTransformer, windows: Windows
) -> Float[Tensor, "token part batch d"]:
    """The two tokens of windows of one timestep, each as its embedding, time and position."""
    model = hooked.model
    inputs = encode(windows.observation[:, 0], model.cell.encoding).to(model.W_state)
    own = torch.stack([windows.rtg * model.W_rtg, inputs @ model.W_state])
    time = model.W_time[windows.time[:, 0]].expand_as(own)
    position = model.W_pos[:2, None].expand_as(own)
    return torch.stack([own, time, position], dim=1)


def score_parts(
    hooked: HookedDecisionTransformer, windows: Windows
) -> tuple[Float[Tensor, "query batch head d_head"], Float[Tensor, "key batch head d_head"]]:
    """The parts (`QUERY`) of the state token's query and those (`KEY`) of the RTG token's key less
    the state token's, for each head of the first layer.
    """
    bridge = hooked.bridge
    (rtg, _, first), state = embedded(hooked, windows)
    into_heads = "part batch d, head d d_head -> part batch head d_head"
    queries = einsum(state, bridge.W_Q[0], into_heads)
    keys = torch.stack([rtg, first - state[2], -state[0]])
    queries = torch.cat([queries, bridge.b_Q[0].expand_as(queries[:1])])
    return queries, einsum(keys, bridge.W_K[0], into_heads)


def score_terms(
    hooked: HookedDecisionTransformer, windows: Windows
) -> Float[Tensor, "batch head query key"]:
    """Terms that sum to the attention score of the RTG token less the state token's own, at the
    state token of windows of one timestep; their sum's sigmoid is the attention to the RTG token.
    """
    queries, keys = score_parts(hooked, windows)
    products = einsum(queries, keys, "query batch head k, key batch head k -> batch head query key")
    return products / queries.shape[-1] ** 0.5


def value_terms(
    hooked: HookedDecisionTransformer, windows: Windows, onto: Float[Tensor, "d onto"]
) -> Float[Tensor, "batch head token part onto"]:
    """What each head of the first layer would write onto the columns of `onto`, attending to one
    token alone, by part of that token (`VALUE`). Weighted by the attention they sum to what it
    writes.
    """
    bridge = hooked.bridge
    readers = (bridge.OV[0] @ onto).AB
    terms = einsum(
        embedded(hooked, windows),
        readers,
        "token part batch d, head d onto -> batch head token part onto",
    )
    bias = einsum(bridge.b_V[0], bridge.W_O[0] @ onto, "head d_head, head d_head onto -> head onto")
    return torch.cat([terms, bias[:, None, None].expand_as(terms[:, :, :, :1])], dim=3)


@torch.no_grad()
def score_table(
    hooked: HookedDecisionTransformer, windows: dict[float, Windows], fronts: "pd.Series[str]"
) -> pd.DataFrame:
    """Mean and standard deviation of the score's terms over the scenes of each front object.

    Columns: rtg, front, head, query, key, value, sd. A model without layers has no rows.
    """
    cell = hooked.model.cell
    if not cell.layers:
        return pd.DataFrame(columns=["rtg", "front", "head", "query", "key", "value", "sd"])
    heads, tables = head_names(cell)[: cell.heads], []
    for rtg, shown in windows.items():
        for front, rows in by_front(score_terms(hooked, shown), fronts).items():
            axes: Axes = {"rtg": [rtg], "front": [front], "head": heads, "query": QUERY, "key": KEY}
            tables.append(tidy(axes, value=rows.mean(0), sd=rows.std(0)))
    return pd.concat(tables, ignore_index=True)


@torch.no_grad()
def value_table(
    hooked: HookedDecisionTransformer, windows: dict[float, Windows], fronts: "pd.Series[str]"
) -> pd.DataFrame:
    """What heads write onto the preferences, in logits: means over the scenes of each front object.

    Columns: rtg, front, head, token, part, onto; value (attending to that token alone) and
    attended (as the head does attend). A model without layers has no rows.
    """
    cell = hooked.model.cell
    if not cell.layers:
        names = ["rtg", "front", "head", "token", "part", "onto", "value", "attended"]
        return pd.DataFrame(columns=names)
    heads, tables = head_names(cell)[: cell.heads], []
    directions = preference_directions(hooked.model)
    onto = torch.stack(list(directions.values()), dim=1)
    for rtg, shown in windows.items():
        alone = value_terms(hooked, shown, onto)
        to_rtg = score_terms(hooked, shown).sum((-2, -1)).sigmoid()
        attended = alone * torch.stack([to_rtg, 1 - to_rtg], dim=-1)[..., None, None]
        for front, rows in by_front(torch.stack([alone, attended], 1), fronts).items():
            axes: Axes = {"rtg": [rtg], "front": [front], "head": heads}
            axes |= {"token": TOKENS, "part": VALUE, "onto": list(directions)}
            value, as_attended = rows.mean(0)
            tables.append(tidy(axes, value=value, attended=as_attended))
    return pd.concat(tables, ignore_index=True)


def by_front(
    values: Float[Tensor, "scene ..."], fronts: "pd.Series[str]"
) -> dict[str, Float[Tensor, "front_scene ..."]]:
    """The rows of the scenes of each front object."""
    return {name: values[torch.tensor((fronts == name).to_numpy())] for name in fronts.unique()}
