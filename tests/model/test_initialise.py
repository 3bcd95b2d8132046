"""Weights start as the study's code draws them."""

import pytest
import torch

from dtlens.model.cell import Cell
from dtlens.model.initialise import initialise_as_study
from dtlens.model.transformer import DecisionTransformer


@pytest.fixture(scope="module")
def weights() -> dict[str, torch.Tensor]:
    cell = Cell(layers=1, width=128, heads=2, context=3, encoding="index", seed=1)
    model = DecisionTransformer(cell, 300)
    initialise_as_study(model)
    return model.state_dict()


@pytest.mark.parametrize(
    ("name", "mean", "deviation"),
    [
        ("W_state", 0, 0.02),
        ("W_rtg", 0, 1 / 128),
        ("W_time", 0, 1),
        ("W_pos", 0.07, 1),
        ("blocks.0.W_Q", 0, 0.071),
        ("blocks.0.W_out", 0, 0.071),
    ],
)
def test_a_weight_has_its_mean_and_deviation(
    weights: dict[str, torch.Tensor], name: str, mean: float, deviation: float
) -> None:
    values = weights[name].double()
    error = deviation / values.numel() ** 0.5
    assert values.mean().item() == pytest.approx(mean, abs=4 * error)
    assert values.std().item() == pytest.approx(deviation, abs=4 * error)


def test_the_unembedding_is_uniform_and_the_other_biases_are_0(
    weights: dict[str, torch.Tensor],
) -> None:
    assert 0.08 < weights["W_U"].abs().max() <= 128**-0.5
    assert weights["W_U"].std().item() == pytest.approx((128 * 3) ** -0.5, rel=0.1)
    assert 0 < weights["b_U"].abs().max() <= 128**-0.5
    assert not weights["blocks.0.b_Q"].any() and not weights["blocks.0.b_out"].any()


def test_the_seed_alone_decides(weights: dict[str, torch.Tensor]) -> None:
    for seed, same in ((1, True), (2, False)):
        cell = Cell(layers=1, width=128, heads=2, context=3, encoding="index", seed=seed)
        model = DecisionTransformer(cell, 300)
        torch.nn.init.ones_(model.W_time)  # what was there does not matter
        initialise_as_study(model)
        assert torch.equal(model.W_time, weights["W_time"]) == same
