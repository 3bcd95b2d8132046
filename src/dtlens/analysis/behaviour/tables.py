"""All tables about one model's behaviour, by name: the pipeline's, and those of any other."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from dtlens.analysis.behaviour.ablation import REFERENCES, on_policy_windows
from dtlens.analysis.behaviour.avoidance import behaviours
from dtlens.analysis.behaviour.edits import bank_logits, bank_values, make_edits, play_values
from dtlens.analysis.behaviour.effects import effect_tables, kept_table
from dtlens.analysis.behaviour.on_policy import on_policy_table
from dtlens.analysis.behaviour.sampled import drawing
from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.scenes.bank import Scenes
from dtlens.env.settings import Environment
from dtlens.model.transformer import DecisionTransformer, Windows
from dtlens.play.calibration import calibrate
from dtlens.play.settings import Calibration


def behaviour_tables(
    model: DecisionTransformer,
    scenes: Scenes,
    settings: Behaviour,
    calibration: Calibration,
    environment: Environment,
) -> Iterator[tuple[str, pd.DataFrame]]:
    """What the model walks into, whole and ablated, and what it does in the states of its play.

    "sampled" is its calibration with actions drawn, at every reward-to-go of `calibration`.
    """
    policy, context = partial(model, last=True), model.cell.context
    windows, fronts = {rtg: scenes.windows(rtg) for rtg in settings.rtg}, scenes.fronts
    yield "behaviours", behaviours(policy, context, windows, fronts, settings, environment)
    drawn, episodes = drawing(policy, calibration.seed), settings.sampled_episodes
    yield "sampled", calibrate(drawn, context, calibration, episodes, environment)
    ablation, shapley = ablation_tables(model, windows, fronts, settings, environment)
    yield "ablation", ablation
    yield "shapley", shapley
    yield "on_policy", on_policy_table(policy, context, settings, environment)


def ablation_tables(
    model: DecisionTransformer,
    windows: dict[float, Windows],
    fronts: "pd.Series[str]",
    settings: Behaviour,
    environment: Environment,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables of `effect_tables`, the first one with the rows of `kept_table`."""
    generator = np.random.default_rng(settings.seed)
    seen = on_policy_windows(model, settings, environment)
    edits = make_edits(model, seen, REFERENCES, settings.seed)
    logits = bank_logits(edits, windows)
    values = [
        *bank_values(logits, fronts),
        *play_values(edits, settings.rtg, settings, environment),
    ]
    effects, shapley = effect_tables(edits, values, settings.rtg, generator)
    kept = kept_table(edits, logits, settings.rtg, generator)
    return pd.concat([effects, kept], ignore_index=True), shapley
