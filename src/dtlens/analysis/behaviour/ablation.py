"""The model with outputs of heads and MLPs replaced (figure 7 of the study).

The reference says what takes the place of a component's output: `zero`; `mean`, its mean over
on-policy states, position by position; `resample`, its output on one of those states, drawn anew
for each window. The states are balanced over the target rewards-to-go.

Play asks a model thousands of times: this computes what the hooked one does, with less around it.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.lens.components import components
from dtlens.base.errors import UserError
from dtlens.env.settings import Environment
from dtlens.model.block import Block, attend, by_head
from dtlens.model.cell import Cell
from dtlens.model.transformer import DecisionTransformer, Windows, layout
from dtlens.play.rollouts import play_model

REFERENCES = ["zero", "mean", "resample"]
ALL_SUBSETS = 3  # the most components of which every subset is ablated
# By number of timesteps and component: outputs on reference states, which are one if constant.
Pools = dict[int, dict[str, Float[Tensor, "query state d"]]]
Tokens = Float[Tensor, "token batch d"]


def on_policy_windows(
    model: DecisionTransformer, settings: Behaviour, environment: Environment
) -> dict[int, Windows]:
    """By number of timesteps: windows from play, evenly many from each reward-to-go.

    At most `reference_states` of each reward-to-go and length; of a length that one reward-to-go
    holds few of, that few of each. One whose episodes never last that long has no say.
    """
    generator = torch.Generator().manual_seed(settings.seed)
    played = [_play_and_watch(model, rtg, settings, environment) for rtg in settings.rtg]
    chosen = {}
    for length in sorted({length for seen in played for length in seen}):
        reached = [seen[length] for seen in played if length in seen]
        count = min(settings.reference_states, *(len(windows.rtg) for windows in reached))
        picks = []
        for windows in reached:
            rows = torch.randperm(len(windows.rtg), generator=generator)[:count]
            picks.append(windows.select(rows))
        chosen[length] = Windows.joined(picks)
    return chosen


def _play_and_watch(
    model: DecisionTransformer, rtg: float, settings: Behaviour, environment: Environment
) -> dict[int, Windows]:
    """All windows that the model saw while it played, by number of timesteps."""
    seen: dict[int, list[Windows]] = {}

    def watch(windows: Windows) -> Tensor:
        seen.setdefault(windows.rtg.shape[1], []).append(windows)
        return model(windows, last=True)

    target_rtg = np.full(settings.episodes, rtg)
    play_model(watch, model.cell.context, target_rtg, environment, settings.seed)
    return {n: Windows.joined(parts) for n, parts in seen.items()}


@torch.no_grad()
def run_edited(
    model: DecisionTransformer, tokens: Tokens, edit: Callable[[str, Tokens], Tokens]
) -> Float[Tensor, "batch 3"]:
    """The logits at the last state, where `edit` is given each component's name and output.

    A head's output is its z. What it gives back is what the components downstream see. The last
    block's outputs are those at the last state alone.
    """
    steps, heads = (len(tokens) + 1) // 3, model.cell.heads
    mask, residual = layout(steps)[1].to(tokens), tokens
    for layer, module in enumerate(model.blocks):
        block = cast(Block, module)
        is_last = layer == len(model.blocks) - 1
        queries = slice(steps - 1, steps) if is_last else slice(len(tokens))
        own = residual[queries]
        q, k, v = (
            x @ getattr(block, f"W_{name}") + getattr(block, f"b_{name}")
            for name, x in (("Q", own), ("K", residual), ("V", residual))
        )
        z = by_head(attend(q, k, v, mask[queries], heads), heads).unbind(2)
        edited = [edit(f"L{layer}H{head}", output) for head, output in enumerate(z)]
        middle = own + torch.cat(edited, -1) @ block.W_O + block.b_O
        hidden = (middle @ block.W_in + block.b_in).relu_()
        residual = middle + edit(f"L{layer}MLP", hidden @ block.W_out + block.b_out)
    return model.unembed(residual[:steps][-1])


class Ablated:
    """The model, a policy, with the outputs of several components replaced together.

    For each window one state is drawn from the pool, the same for all of them: they are what the
    whole model computes on that one state. Components downstream compute on from the edited
    residual stream unless they are replaced themselves. Of a window longer than any in the pools it
    sees the end: an episode may outlast all of the whole model's, and what that would compute there
    is not known. Windows of a length below that which the pools do not have raise `UserError`.
    """

    def __init__(
        self, model: DecisionTransformer, names: Sequence[str], pools: Pools, seed: int
    ) -> None:
        self.model, self.names, self.pools = model, names, pools
        self.generator = torch.Generator().manual_seed(seed)
        self.context = max(pools) if names else model.cell.context

    def __call__(self, windows: Windows) -> Float[Tensor, "batch 1 3"]:
        shown = Windows(*(column[:, -self.context :] for column in windows))
        return self.logits(self.model.embed(shown))[:, None]

    def logits(self, tokens: Tokens) -> Float[Tensor, "batch 3"]:
        """At the last state, of embedded tokens."""
        replacements = self._draw((len(tokens) + 1) // 3, tokens.shape[1]) if self.names else {}
        return run_edited(self.model, tokens, lambda name, output: replacements.get(name, output))

    def _draw(self, steps: int, windows: int) -> dict[str, Tokens]:
        if (pool := self.pools.get(steps)) is None:
            raise UserError(
                f"{'+'.join(self.names)} ablated: sees {steps} timesteps, of which there are no"
                f" reference states; there are of {', '.join(map(str, self.pools))}"
            )
        states = pool[self.names[0]].shape[1]
        rows = torch.randint(states, (windows,), generator=self.generator)
        return {name: pool[name][:, rows.to(pool[name].device)] for name in self.names}


def reference_pools(model: DecisionTransformer, seen: dict[int, Windows]) -> dict[str, Pools]:
    """By reference: what takes the place of outputs, given windows by number of timesteps."""
    pools: dict[str, Pools] = {reference: {} for reference in REFERENCES}
    for steps, windows in seen.items():
        outputs: dict[str, Tokens] = {}

        def keep(name: str, output: Tokens, outputs: dict[str, Tokens] = outputs) -> Tokens:
            return outputs.setdefault(name, output)

        run_edited(model, model.embed(windows), keep)
        means = {name: output.mean(1, keepdim=True) for name, output in outputs.items()}
        pools["zero"][steps] = {name: torch.zeros_like(mean) for name, mean in means.items()}
        pools["mean"][steps] = means
        pools["resample"][steps] = outputs
    return pools


def subsets(cell: Cell) -> list[tuple[str, ...]]:
    """Which components are ablated together, each in the order of computation.

    All subsets but the empty one if there are at most `ALL_SUBSETS` components; else each alone,
    each layer's heads, and all.
    """
    names = [component.name for component in components(cell)]
    if len(names) <= ALL_SUBSETS:
        sizes = range(1, len(names) + 1)
        return [subset for size in sizes for subset in itertools.combinations(names, size)]
    size = cell.heads + 1
    of_layer = [tuple(names[at : at + cell.heads]) for at in range(0, len(names), size)]
    return list(dict.fromkeys([*((name,) for name in names), *of_layer, tuple(names)]))
