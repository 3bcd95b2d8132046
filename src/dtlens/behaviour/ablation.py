"""Ablation of heads and MLPs, judged by what the model then walks into (figure 7 of the study).

The reference says what takes the place of a component's output: `zero`; `mean`, its mean over
on-policy states, position by position; `resample`, its output on one of those states, drawn anew
for each window. The states are balanced over the target rewards-to-go.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.base.errors import UserError
from dtlens.behaviour.refusals import behaviours
from dtlens.behaviour.settings import Behaviour
from dtlens.lens.components import Component, components
from dtlens.lens.hooked_model import HookedDecisionTransformer
from dtlens.model.transformer import DecisionTransformer, Windows
from dtlens.play.rollouts import play_model
from dtlens.task.settings import Environment

REFERENCES = ["zero", "mean", "resample"]


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
            picks.append([column[rows] for column in windows])
        chosen[length] = Windows(*map(torch.cat, zip(*picks, strict=True)))
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
    return {n: Windows(*map(torch.cat, zip(*parts, strict=True))) for n, parts in seen.items()}


@contextmanager
def ablated(
    hooked: HookedDecisionTransformer,
    component: Component,
    reference: str,
    activations: dict[int, Float[Tensor, "state token d"]],
    seed: int,
) -> Iterator[HookedDecisionTransformer]:
    """The model with the component's output replaced until the block ends.

    `activations` holds the component's reference outputs by number of tokens; windows of any other
    raise `UserError`.
    """
    generator = torch.Generator().manual_seed(seed)

    def replace(activation: Tensor, hook: object) -> Tensor:
        own = component.of(activation)
        if (known := activations.get(own.shape[1])) is None:
            raise UserError(
                f"{component.name} ablated: sees {(own.shape[1] + 1) // 3} timesteps, which no"
                " episode of the whole model lasts: there is no reference"
            )
        if reference == "zero":
            own.zero_()
        elif reference == "mean":
            own.copy_(known.mean(0).expand_as(own))
        else:
            drawn = torch.randint(len(known), (len(own),), generator=generator)
            own.copy_(known[drawn.to(known.device)])
        return activation

    with hooked.hooks([(component.hook, replace)]):
        yield hooked


@torch.no_grad()
def ablations(
    hooked: HookedDecisionTransformer, seen: dict[int, Windows], references: list[str], seed: int
) -> Iterator[tuple[str, str, HookedDecisionTransformer]]:
    """Every component's name, every reference, and the model ablated so until the next one.

    `seen`, by number of timesteps, are the windows from which the references are taken.
    """
    caches = {length: hooked.run_with_cache(windows)[1] for length, windows in seen.items()}
    for component in components(hooked.model.cell):
        activations = {
            3 * n - 1: component.of(cache[component.hook]) for n, cache in caches.items()
        }
        for reference in references:
            with ablated(hooked, component, reference, activations, seed) as edited:
                yield component.name, reference, edited


def ablate(
    hooked: HookedDecisionTransformer,
    whole: pd.DataFrame,
    windows: dict[float, Windows],
    fronts: "pd.Series[str]",
    settings: Behaviour,
    environment: Environment,
) -> pd.DataFrame:
    """The table of behaviours of the whole model, which is given, and of each of its ablations.

    Columns: component ("whole" is the whole model), reference, and those of `behaviours`.
    """
    tables = [whole.assign(component="whole", reference="whole")]
    seen = on_policy_windows(hooked.model, settings, environment)
    context, fewer = (
        hooked.model.cell.context,
        settings.model_copy(update={"episodes": settings.ablation_episodes}),
    )
    for component, reference, edited in ablations(hooked, seen, REFERENCES, settings.seed):
        table = behaviours(edited, context, windows, fronts, fewer, environment)
        tables.append(table.assign(component=component, reference=reference))
    table = pd.concat(tables, ignore_index=True)
    return table[["component", "reference", *whole.columns]]
