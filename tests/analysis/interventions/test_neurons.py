import numpy as np
import pytest
import torch

from dtlens.analysis.interventions.neurons import alignment, reading, top_neurons
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.scenes.pairs import make_pairs
from dtlens.env.minigrid import Action
from models import micro_model, random_model, with_null

RTGS = [-1.0, 0.9]


def test_the_neuron_that_does_everything(scenes):
    table = top_neurons(
        HookedDecisionTransformer(micro_model()), make_pairs(scenes, RTGS, 5, 1), 2, 1
    )
    first = table[(table["pair"] == "rtg") & (table["rtg"] == 0.9)].groupby("front").first()
    assert (first["neuron"] == 0).all()
    for column, value in (("whole", 1.35), ("value", 1.35), ("low", 1.35), ("share", 1)):
        np.testing.assert_allclose(first[column], value, rtol=1e-5)
    assert (table.groupby(["pair", "front", "rtg"]).size() == 2).all()


def test_all_neurons_together_are_the_mlp(scenes, model):
    hooked = HookedDecisionTransformer(model)
    table = top_neurons(hooked, make_pairs(scenes, RTGS, 22, 1), 32, 1)
    pairs = make_pairs(scenes, RTGS, 22, 1)[-1]
    mlp = [hooked.run_with_cache(w)[1]["blocks.0.hook_mlp_out"][:, 1] for w in pairs[3:]]
    direction = model.W_U[:, Action.FORWARD] - model.W_U[:, Action.RIGHT]
    changes = ((mlp[0] - mlp[1]) @ direction).detach().numpy()
    rows = table[(table["pair"] == "front") & (table["rtg"] == 0.9)]
    for front, of_front in rows.groupby("front"):
        assert of_front["value"].sum() == pytest.approx(changes[pairs.front == front].mean(), 1e-4)
        assert of_front["share"].sum() == pytest.approx(1, abs=1e-4)
        assert of_front["value"].abs().is_monotonic_decreasing


def test_alignment_by_hand():
    """Neurons along axes 0 and 1 of 2, a direction along axis 0 and one between them."""
    W_in = torch.tensor([[3.0, 0.0], [0.0, -1.0]])
    np.testing.assert_allclose(
        alignment(W_in, torch.tensor([[5.0, 0.0], [1.0, 1.0]])), [[2, 1], [0, 1]], atol=1e-6
    )


def test_reading_of_a_neuron_along_what_the_head_writes(scenes):
    """One of 8 neurons reads axis 1, along which head 0 writes; 4 axes: 4 / 8."""
    table = reading(with_null(micro_model()), make_pairs(scenes, RTGS, 5, 1), 1).set_index(
        ["weights", "component", "direction"]
    )
    assert table.loc[("trained", "L0H0", "rtg"), "value"] == pytest.approx(0.5)
    assert table.loc[("trained", "L0H0", "OV"), "value"] == pytest.approx(0.5)
    assert table.loc[("trained", "L0H1", "rtg"), "value"] == 0


def test_untrained_neurons_read_heads_as_they_read_anything(scenes):
    table = reading(with_null(random_model(2, 3)), make_pairs(scenes, RTGS, 5, 1), 1)
    null = table[table["weights"] == "reinitialised"]
    assert null["value"].between(0.4, 1.8).all()
    assert ((null["random_low"] < 1) & (null["random_high"] > 1)).all()
    places = table.loc[table["weights"] == "trained", ["component", "mlp"]].drop_duplicates()
    assert len(places) == 6 and ("L1H0", "L0MLP") not in set(places.itertuples(index=False))


def test_without_layers_there_are_no_neurons(scenes):
    models, pairs = with_null(random_model(0, 1)), make_pairs(scenes, RTGS, 5, 1)
    assert top_neurons(models["trained"], pairs, 2, 1).empty
    assert reading(models, pairs, 1).empty
