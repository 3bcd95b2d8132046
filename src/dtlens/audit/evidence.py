"""What auditors get to see of a model: its tables, or how it plays. None is told of any flaw."""

from functools import partial

import numpy as np
import pandas as pd

from dtlens.audit.settings import Audit
from dtlens.circuits.attribution import attribute, contrast
from dtlens.circuits.embeddings import rtg_projections
from dtlens.circuits.maps import embedding_maps, front_cells, head_maps
from dtlens.lens.hooked_model import HookedDecisionTransformer
from dtlens.model.transformer import DecisionTransformer
from dtlens.play.outcomes import outcome_rates
from dtlens.play.rollouts import play_model
from dtlens.rewrites.edits import ENDS
from dtlens.scenes.bank import Scenes
from dtlens.scenes.pairs import make_pairs
from dtlens.task.settings import Environment

TABLES, PLAY = "tables", "play"
RANDOM_DIRECTIONS = 100  # of the null in one of the tables, which is not looked at
UNREAD = ["low", "high", "share_low", "share_high", "null_low", "null_high", "p", "n"]


def in_tables(model: DecisionTransformer, scenes: Scenes, settings: Audit) -> pd.DataFrame:
    """What tables of the study's kind say of the placed scenes of the game, a row a number.

    Of attribution, contrasts, the reward-to-go's embedding, and what heads and embedding write
    from the front cell. Columns: number (its table, row and column), value.
    """
    sample = scenes.sample(settings.scenes, settings.seed)
    windows = {rtg: sample.windows(rtg) for rtg in ENDS.values()}
    hooked, first = HookedDecisionTransformer(model), next(iter(windows.values()))
    pairs = make_pairs(sample, list(windows), settings.pairs, settings.seed)
    maps = pd.concat([embedding_maps(model, first), head_maps(hooked, windows)], ignore_index=True)
    tables = {
        "attribution": attribute(hooked, windows, sample.fronts, settings.seed),
        "contrasts": contrast(hooked, pairs, settings.seed),
        "rtg_embedding": rtg_projections(hooked, RANDOM_DIRECTIONS, settings.seed),
        "front_cells": front_cells(maps),
    }
    return pd.concat([_numbers(kind, table) for kind, table in tables.items()])


def in_play(model: DecisionTransformer, environment: Environment, settings: Audit) -> pd.DataFrame:
    """How episodes of the game end, and how long they are, told each of `ENDS`; as `in_tables`."""
    told = np.repeat(list(ENDS.values()), settings.episodes)
    policy, context = partial(model, last=True), model.cell.context
    played = play_model(policy, context, told, environment, settings.seed)
    ends = outcome_rates(played, told)[["rtg", "event", "value"]]
    lengths = pd.Series(played.length).groupby(told).mean().rename("value").to_frame()
    returns = pd.Series(played.episode_return).groupby(told).mean().rename("value").to_frame()
    tables = {"ends": ends[["value"]], "lengths": lengths, "returns": returns}
    return pd.concat([_numbers(kind, table) for kind, table in tables.items()])


def _numbers(kind: str, table: pd.DataFrame) -> pd.DataFrame:
    """Values, and not where their rows say that they stand, or how sure they are."""
    read = table.drop(columns=["rtg", *UNREAD], errors="ignore").select_dtypes("number")
    found = read.reset_index(drop=True).melt(
        var_name="column", value_name="found", ignore_index=False
    )
    names = [f"{kind} {row} {column}" for row, column in found["column"].items()]
    return pd.DataFrame({"number": names, "value": found["found"].to_numpy()})
