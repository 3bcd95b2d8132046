"""All tables about one model's behaviour, by name: the pipeline's, and those of any other."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from dtlens.behaviour.ablation import ablate
from dtlens.behaviour.on_policy import on_policy_table
from dtlens.behaviour.refusals import behaviours, play_outcomes
from dtlens.behaviour.settings import Behaviour
from dtlens.lens.hooked_model import HookedDecisionTransformer
from dtlens.model.transformer import DecisionTransformer
from dtlens.scenes.bank import Scenes
from dtlens.task.settings import Environment


def behaviour_tables(
    model: DecisionTransformer, scenes: Scenes, settings: Behaviour, environment: Environment
) -> Iterator[tuple[str, pd.DataFrame]]:
    """What the model walks into, whole and ablated, and what it does in the states of its play."""
    hooked, policy, context = (
        HookedDecisionTransformer(model),
        partial(model, last=True),
        model.cell.context,
    )
    windows, fronts = {rtg: scenes.windows(rtg) for rtg in settings.rtg}, scenes.fronts
    whole = behaviours(policy, context, windows, fronts, settings, environment)
    sampled = play_outcomes(policy, context, settings, environment, sampled=True)
    yield "behaviours", pd.concat([whole, sampled], ignore_index=True)
    yield "ablation", ablate(hooked, whole, windows, fronts, settings, environment)
    yield "on_policy", on_policy_table(policy, context, settings, environment)
