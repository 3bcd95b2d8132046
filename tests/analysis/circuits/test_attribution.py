import numpy as np
import pytest
import torch

from dtlens.analysis.circuits.attribution import attribute, contrast, contributions
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.scenes.pairs import make_pairs
from dtlens.env.minigrid import Action
from micro import micro_model, set_input
from models import random_model


@pytest.mark.parametrize(("layers", "encoding"), [(0, "index"), (1, "index"), (2, "one_hot")])
def test_parts_sum_to_the_logits(scenes, layers, encoding):
    model = random_model(layers, 1, encoding)
    windows = scenes.windows(0.9)
    with torch.no_grad():
        logits = model.double()(windows._replace(rtg=windows.rtg.double()))[:, -1]
    parts = contributions(HookedDecisionTransformer(model), windows)
    difference = logits[:, Action.FORWARD] - logits[:, Action.RIGHT]
    assert difference.std() > 0.1
    torch.testing.assert_close(sum(parts.values()), difference, atol=1e-5, rtol=0)
    heads = [f"L{layer}H{head}" for layer in range(layers) for head in (0, 1)]
    assert set(heads) <= set(parts) and len(parts) == 4 + 3 * layers + 2 * (layers > 0)


def test_parts_of_embeddings_and_biases_by_hand(scenes, model):
    direction = (model.W_U[:, 2] - model.W_U[:, 1]).detach()
    parts = contributions(HookedDecisionTransformer(model), scenes.windows(0.0))
    times = torch.tensor(scenes.labels["t"].to_numpy())
    torch.testing.assert_close(parts["time"], model.W_time[times].detach() @ direction)
    torch.testing.assert_close(parts["position"][0], model.W_pos[1].detach() @ direction)
    block = model.blocks[0]
    torch.testing.assert_close(parts["b_O"][0], block.b_O.detach() @ direction)
    torch.testing.assert_close(parts["b_out"][0], block.b_out.detach() @ direction)
    torch.testing.assert_close(parts["b_U"][0], (model.b_U[2] - model.b_U[1]).detach())


def test_the_table_has_a_mean_and_total_for_every_front(scenes, model):
    windows = {rtg: scenes.windows(rtg) for rtg in (-1.0, 0.9)}
    table = attribute(HookedDecisionTransformer(model), windows, scenes.fronts, 1)
    assert len(table) == 2 * 5 * 10
    whole = table[table["component"] == "whole"].set_index(["rtg", "front"])["value"]
    parts = table[table["component"] != "whole"].groupby(["rtg", "front"])["value"].sum()
    np.testing.assert_allclose(whole[parts.index], parts, atol=1e-9)
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()
    assert model.W_pos.dtype == torch.float32  # the model is as it was


def test_contrasts_by_hand(scenes):
    """A wall's index is 2, its colour 5; an empty cell has 1 and 0. The state adds 0.27 and -0.742
    of one unit to F-R, and the neuron, which is on with a wall alone, twice as much as is below 0.
    """
    model = micro_model()
    model.W_U[0, 2] = 1
    set_input(model, 3, 5, 0, 0.27, 0.0)
    set_input(model, 3, 5, 1, -0.742, 0.0)
    model.blocks[0].W_in[0, 0], model.blocks[0].W_out[0, 0] = -1, -2
    pairs = make_pairs(scenes, [-1.0, 0.9], 6, 1)
    table = contrast(HookedDecisionTransformer(model), pairs, 1)
    rows = table[(table["rtg"] == 0.9) & (table["front"] == "wall")].set_index("component")
    state, neuron = 0.27 - 3.71, 2 * (0.54 - 3.71)
    for end in ("value", "low", "high"):
        assert rows.loc[["state", "L0MLP", "time", "L0H0"], end].tolist() == pytest.approx(
            [state, neuron, 0, 0]
        )
    for end in ("share", "share_low", "share_high"):
        assert rows.loc[["state", "whole"], end].tolist() == pytest.approx(
            [state / (state + neuron), 1]
        )
    assert (rows["n"] == 6).all()


def test_contrasts_sum_to_what_the_front_does_to_the_logits(scenes):
    model = random_model(2, 1)
    hooked, pairs = HookedDecisionTransformer(model), make_pairs(scenes, [-1.0, 0.9], 6, 1)
    table = contrast(hooked, pairs, 1)
    assert len(table) == 2 * 4 * (4 + 3 * 2 + 2 + 1)
    whole = table["component"] == "whole"
    parts = table[~whole].groupby(["rtg", "front"])[["value", "share"]].sum()
    wholes = table[whole].set_index(["rtg", "front"])
    np.testing.assert_allclose(parts["value"], wholes.loc[parts.index, "value"], atol=1e-9)
    np.testing.assert_allclose(parts["share"], 1)
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()
    with torch.no_grad():
        change = (hooked(pairs[-1].clean) - hooked(pairs[-1].corrupted))[:, 0]
    change = (change[:, Action.FORWARD] - change[:, Action.RIGHT]).numpy()
    expected = change[pairs[-1].front == "obstacle"].mean()
    assert wholes.loc[(0.9, "obstacle"), "value"] == pytest.approx(expected, abs=1e-4)
