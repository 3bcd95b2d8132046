import numpy as np
import pytest
import torch

from dtlens.circuits.attribution import attribute, contributions
from dtlens.lens.hooked_model import HookedDecisionTransformer
from dtlens.minigrid import Action
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
