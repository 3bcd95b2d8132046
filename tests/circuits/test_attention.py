import numpy as np
import pytest

from dtlens.circuits.attention import attention_by_front
from dtlens.lens.hooked_model import HookedDecisionTransformer
from dtlens.task.dynamic_obstacles import CONTENTS
from micro import hand_model
from models import random_model


def attention_of(model, scenes, rtgs):
    windows = {rtg: scenes.windows(rtg) for rtg in rtgs}
    return attention_by_front(HookedDecisionTransformer(model), windows, scenes.fronts, 1)


def test_attention_by_hand(scenes):
    """The score is (8 r - 4 - o / 2 - o^2 / 4) / sqrt(2), o the object put in front."""
    before = scenes.views.copy()
    table = attention_of(hand_model(), scenes, [0.5, 1.0])
    rows = table.set_index(["rtg", "object", "measure"])
    for rtg in (0.5, 1.0):
        score = {
            name: (8 * rtg - 4 - o / 2 - o**2 / 4) / np.sqrt(2)
            for name, (o, _, _) in CONTENTS.items()
        }
        for name, expected in score.items():
            row = rows.loc[(rtg, name, "score")]
            assert row["value"] == pytest.approx(expected, rel=1e-4)
            assert row["change"] == pytest.approx(expected - score["empty"], rel=1e-4)
            attention = rows.loc[(rtg, name, "attention"), ["low", "value", "high"]]
            np.testing.assert_allclose(attention.tolist(), 1 / (1 + np.exp(-expected)), rtol=1e-4)
    assert (rows["n"] == 22).all()
    assert np.array_equal(scenes.views, before)


def test_intervals_hold_the_mean_of_every_head(scenes):
    table = attention_of(random_model(2, 1), scenes, [0.9])
    assert table["head"].unique().tolist() == ["L0H0", "L0H1", "L1H0", "L1H1"]
    assert ((table["low"] < table["value"]) & (table["value"] < table["high"])).all()
    changed = table[table["object"] != "empty"]
    assert (changed["change_low"] < changed["change"]).all()
    assert (changed["change"] < changed["change_high"]).all()
    assert (table.loc[table["object"] == "empty", "change_high"] == 0).all()
    assert table.equals(attention_of(random_model(2, 1), scenes, [0.9]))


def test_without_layers_there_is_no_attention(scenes):
    columns = attention_of(random_model(1, 1), scenes, [0.9]).columns
    empty = attention_of(random_model(0, 1), scenes, [0.9])
    assert empty.empty and empty.columns.equals(columns)
