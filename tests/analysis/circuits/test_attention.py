import numpy as np
import pytest
import torch

from dtlens.analysis.circuits.attention import attention_by_front, measures
from dtlens.analysis.circuits.terms import score_terms
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.scenes.pairs import make_pairs
from dtlens.env.dynamic_obstacles import CONTENTS
from micro import hand_model
from models import random_model

RTGS = [-1.0, 0.9]


def attention_of(model, scenes):
    return attention_by_front(HookedDecisionTransformer(model), make_pairs(scenes, RTGS, 6, 1), 1)


def test_attention_by_hand(scenes):
    """The score is (8 r - 4 - o / 2 - o^2 / 4) / sqrt(2), o the object in front, which is that of
    an empty cell in the scene it is set against. The state's query has a part along the first axis,
    the RTG's key along the second: by the QK circuit alone nothing moves, until W_Q mixes them."""
    model = hand_model()
    rows = attention_of(model, scenes).set_index(["rtg", "front", "measure"])
    contents = CONTENTS | {f"goal_from_{side}": CONTENTS["goal"] for side in ("top", "left")}
    assert set(rows.index.unique("front")) == {
        "wall",
        "obstacle",
        "goal_from_top",
        "goal_from_left",
    }
    for rtg in RTGS:
        score = {
            name: (8 * rtg - 4 - o / 2 - o**2 / 4) / np.sqrt(2)
            for name, (o, _, _) in contents.items()
        }
        attention = {name: 1 / (1 + np.exp(-value)) for name, value in score.items()}
        for front in rows.index.unique("front"):
            for measure, expected in {"score": score, "attention": attention}.items():
                row = rows.loc[(rtg, front, measure)]
                assert row["value"] == pytest.approx(expected[front], rel=1e-4)
                change = expected[front] - expected["empty"]
                interval = row[["change_low", "change", "change_high"]].tolist()
                assert interval == pytest.approx([change] * 3, rel=1e-4)
    assert (rows.xs("circuit", level="measure")[["value", "change"]] == 0).all(axis=None)
    assert (rows["n"] == 6).all()
    model.blocks[0].W_Q[0, 1] = 1  # o / 2 times 2 r
    rows = attention_of(model, scenes).set_index(["measure", "rtg", "front"]).loc["circuit"]
    assert rows.loc[(0.9, "wall"), "value"] == pytest.approx(0.9 * 2 / np.sqrt(2))
    assert rows.loc[(-1, "obstacle"), "change"] == pytest.approx(-1 * (6 - 1) / np.sqrt(2))


@torch.no_grad()
def test_the_score_is_the_sum_of_its_terms_the_circuit_is_one(scenes):
    hooked, windows = HookedDecisionTransformer(random_model(2, 1).double()), scenes.windows(0.9)
    found, terms = measures(hooked, windows), score_terms(hooked, windows).numpy()
    np.testing.assert_allclose(found["score"][["L0H0", "L0H1"]], terms.sum((2, 3)), atol=1e-9)
    np.testing.assert_allclose(found["circuit"], terms[:, :, 0, 0], atol=1e-12)
    pattern = hooked.run_with_cache(windows)[1]["pattern", 1][:, :, 1, 0]
    np.testing.assert_allclose(found["attention"][["L1H0", "L1H1"]], pattern, atol=1e-9)


def test_intervals_hold_the_mean_of_every_head(scenes):
    table = attention_of(random_model(2, 1), scenes)
    assert (table.groupby("measure")["head"].nunique()[["score", "circuit"]] == [4, 2]).all()
    varied = table[table["measure"] == "score"]
    assert (varied["change_low"] < varied["change"]).all()
    assert (varied["change"] < varied["change_high"]).all()
    assert table.equals(attention_of(random_model(2, 1), scenes))


def test_without_layers_there_is_no_attention(scenes):
    columns = attention_of(random_model(1, 1), scenes).columns
    empty = attention_of(random_model(0, 1), scenes)
    assert empty.empty and empty.columns.equals(columns)
