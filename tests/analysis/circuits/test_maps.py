import numpy as np
import pandas as pd
import pytest
import torch

from dtlens.analysis.circuits import attention
from dtlens.analysis.circuits.maps import embedding_maps, front_cells, head_maps
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.scenes.bank import Scenes
from dtlens.env.dynamic_obstacles import CONTENTS
from micro import micro_model, set_input
from models import random_model


def value(maps, x, y, **where):
    rows = maps[(maps["x"] == x) & (maps["y"] == y)]
    for name, wanted in where.items():
        rows = rows[rows[name] == wanted]
    return rows["value"].item()


def test_cells_of_scenes_hold_these_contents_and_no_others(scenes):
    cells = {tuple(cell) for cell in scenes.views.reshape(-1, 3).tolist()}
    assert cells == set(CONTENTS.values())


def study_model():
    """The study's weights of the front cell, .27 and -.742, and one of 1 at [5, 3]; F-R (1, 0)."""
    model = micro_model()
    model.W_U[0, 2] = 1
    set_input(model, 3, 5, 0, 0.27, 0.0)
    set_input(model, 3, 5, 1, -0.742, 0.0)
    set_input(model, 5, 3, 0, 1.0, 0.0)
    return model


def test_table_3_of_the_study(scenes):
    front = front_cells(embedding_maps(study_model(), scenes.windows(0.0)))
    rows = front[(front["onto"] == "F-R") & (front["measure"] == "weight")].set_index("of")
    table = rows.loc[list(CONTENTS), "value"]
    np.testing.assert_allclose(table, [0.27, -3.17, 0.136, 1.418], atol=1e-6)
    np.testing.assert_allclose(rows.loc[list(CONTENTS), "versus_empty"], table - 0.27, atol=1e-6)
    assert rows.loc["wall", "versus_obstacle"] == pytest.approx(-3.306)
    assert rows.loc["object", ["rank", "off_front"]].tolist() == [2, pytest.approx(1 / 1.27)]
    assert rows.loc["colour", ["rank", "off_front"]].tolist() == [1, 0]
    assert rows.loc[["object", "colour"], "versus_empty"].isna().all()


def test_contributions_by_hand():
    views = np.zeros((2, 7, 7, 3), np.uint8)
    views[:, 3, 5] = (8, 1, 0), (2, 5, 0)
    views[:, 5, 3, 0] = 4
    scenes = Scenes(pd.DataFrame({"t": [0, 0]}), views)
    maps = embedding_maps(study_model(), scenes.windows(0.0))
    maps = maps[maps["onto"] == "F-R"]
    assert value(maps, 3, 5, measure="mean", of="cell") == pytest.approx((1.418 - 3.17) / 2)
    assert value(maps, 3, 5, measure="mean_abs", of="cell") == pytest.approx((1.418 + 3.17) / 2)
    assert value(maps, 3, 5, measure="sd", of="cell") == pytest.approx(4.588 / np.sqrt(2))
    assert value(maps, 3, 5, measure="mean", of="colour") == pytest.approx(-0.742 * 3)
    assert value(maps, 5, 3, measure="mean", of="object") == 4
    assert value(maps, 5, 3, measure="sd", of="cell") == 0


@torch.no_grad()
@pytest.mark.parametrize("encoding", ["index", "one_hot"])
def test_putting_an_object_into_an_unseen_cell_moves_the_logits_by_its_map(scenes, encoding):
    """Without layers the logits are linear in the state, so exactly."""
    model = random_model(0, 1, encoding).double()
    labels, views = scenes.labels, scenes.views
    maps = embedding_maps(model, scenes.windows(0.0))
    maps = maps[maps["measure"] == "weight"]
    unseen, put = views.copy(), views.copy()
    unseen[:, 2, 4] = 0
    for name, content in CONTENTS.items():
        put[:, 2, 4] = content
        before, after = (
            HookedDecisionTransformer(model)(Scenes(labels, seen).windows(0.9))[0, 0]
            for seen in (unseen, put)
        )
        change = after - before
        assert value(maps, 2, 4, of=name, onto="F-R") == pytest.approx(
            (change[2] - change[1]).item()
        )
        assert value(maps, 2, 4, of=name, onto="R-L") == pytest.approx(
            (change[1] - change[0]).item()
        )


@pytest.mark.parametrize("encoding", ["index", "one_hot"])
def test_contributions_sum_to_the_state_tokens(scenes, encoding):
    model = random_model(1, 1, encoding).double()
    maps = embedding_maps(model, scenes.windows(0.0))
    means = maps[maps["measure"] == "mean"].groupby("of")["value"].sum()
    tokens = HookedDecisionTransformer(model).tokens(scenes.windows(0.9))[:, 1]
    own = tokens - model.W_time[torch.tensor(scenes.labels["t"])]
    total = (own @ (model.W_U[:, 2] - model.W_U[:, 1])).mean().item()
    assert means["cell"] == pytest.approx(total)
    assert means[["object", "colour", "state"]].sum() == pytest.approx(total)


@torch.no_grad()
def scores(model, scenes, cell, contents, rtg=0.9):
    """The mean score (RTG less state token) by head, with each of `contents` put into the cell."""
    hooked, means = HookedDecisionTransformer(model), []
    for content in contents:
        edited = scenes.views.copy()
        edited[:, *cell, 0] = content
        windows = Scenes(scenes.labels, edited).windows(rtg)
        means.append(attention.scores(hooked, windows)[:, : model.cell.heads].mean(0).numpy())
    return means


def test_qk_maps_are_derivatives_of_the_score(scenes):
    """A central difference of a quadratic is its derivative."""
    model = random_model(1, 1, "index").double()
    model.W_state.data *= 0.02
    scenes = Scenes(scenes.labels, scenes.views.copy())
    scenes.views[:, 2, 4, 0] = 3
    maps = head_maps(HookedDecisionTransformer(model), {0.9: scenes.windows(0.9)})
    low, high = scores(model, scenes, (2, 4), [2, 4])
    for head in (0, 1):
        where = {"circuit": "QK", "head": f"L0H{head}", "of": "object"}
        derivative = value(maps, 2, 4, measure="gradient", **where)
        assert derivative == pytest.approx((high - low)[head] / 2, rel=1e-6)
    # From a state of zeros: of f(s) = a + b s + c s^2, b is 2 f(1) - 3/2 f(0) - 1/2 f(2).
    nothing = Scenes(scenes.labels, np.zeros_like(scenes.views))
    none, one, two = scores(model, nothing, (2, 4), [0, 1, 2])
    linear = 2 * one - 1.5 * none - 0.5 * two
    for head in (0, 1):
        where = {"circuit": "QK", "head": f"L0H{head}", "of": "object"}
        assert value(maps, 2, 4, measure="linear", **where) == pytest.approx(linear[head], rel=1e-6)


@pytest.mark.parametrize("encoding", ["index", "one_hot"])
def test_ov_maps_are_what_a_head_adds_that_sees_the_state_alone(scenes, encoding):
    """All keys are equal, so that attention is a half to each token."""
    model = random_model(1, 1, encoding).double().requires_grad_(False)
    block, views = model.blocks[0], scenes.views
    for weight in (block.W_Q, block.W_K, block.b_K, block.W_in, model.W_rtg, model.W_pos):
        weight.zero_()
    model.W_time.zero_()
    block.W_O[8:] = 0  # leaves the first head
    hooked = HookedDecisionTransformer(model)
    maps = head_maps(hooked, {0.0: scenes.windows(0.0)})
    maps = maps[(maps["circuit"] == "OV") & (maps["head"] == "L0H0")]
    unseen, put = views.copy(), views.copy()
    unseen[:, 6, 1], put[:, 6, 1] = 0, CONTENTS["goal"]
    windows = [Scenes(scenes.labels, seen).windows(0.0) for seen in (unseen, put)]
    written = [
        hooked.run_with_cache(w)[1].stack_head_results(1, pos_slice=1)[0, 0] for w in windows
    ]
    change = 2 * (written[1] - written[0]) @ model.W_U
    expected = dict(zip(("left", "right", "forward"), change.tolist(), strict=True))
    expected["F-R"] = expected["forward"] - expected["right"]
    for onto, logits in expected.items():
        assert value(maps, 6, 1, of="goal", onto=onto) == pytest.approx(logits)


def test_every_map_has_49_cells(scenes):
    windows = {rtg: scenes.windows(rtg) for rtg in (-1.0, 0.9)}
    for encoding, shown in (("index", 7), ("one_hot", 4)):
        model = random_model(1, 1, encoding)
        maps = head_maps(HookedDecisionTransformer(model), windows)
        assert len(maps) == 49 * shown * 2 * (5 + 2 * 2)
        assert len(front_cells(maps)) * 49 == len(maps)
        assert len(embedding_maps(model, scenes.windows(0.0))) == 49 * (2 * shown + 3 * 4)
    empty = head_maps(HookedDecisionTransformer(random_model(0, 1)), windows)
    assert empty.columns.equals(maps.columns)
