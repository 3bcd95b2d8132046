"""The gradient written by hand is autograd's."""

from itertools import product

import pytest
import torch
import torch.nn.functional as F
from torch import Generator

from dtlens.model.cell import Cell
from dtlens.model.transformer import DecisionTransformer, Encoded
from dtlens.training.gradient import PADDING, backpropagate, flatten

MAX_STEPS = 20


@pytest.mark.parametrize(("layers", "context"), list(product((0, 1, 2), (1, 3, 9))))
def test_gradient_is_autograds(layers: int, context: int) -> None:
    cell = Cell(layers=layers, width=16, heads=2, context=context, encoding="index", seed=1)
    model, reference = (DecisionTransformer(cell, MAX_STEPS).double() for _ in range(2))
    generator = Generator().manual_seed(2)
    flat = flatten(model)
    flat.normal_(std=0.3, generator=generator)
    assert flat.grad is not None
    flat.grad.fill_(torch.nan)  # what was there before must not matter
    assert model.W_state.grad is not None
    model.W_state.grad.zero_()  # but for the unused columns, which stay 0
    reference.load_state_dict(model.state_dict())

    shape, columns = (context, 5), torch.arange(0, 147, 3)
    inputs = torch.randn(*shape, len(columns), generator=generator, dtype=torch.float64)
    rtg = torch.randn(shape, generator=generator, dtype=torch.float64)
    action = torch.randint(3, shape, generator=generator)
    time = torch.randint(MAX_STEPS, shape, generator=generator)
    target = action.clone()
    target[context // 2 + 1 :, 0] = PADDING
    seen = Encoded(inputs, rtg, action, time)

    loss = backpropagate(model, seen, columns, target)
    logits = reference.logits(seen, reference.W_state[columns])
    expected = F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=PADDING)
    expected.backward()
    torch.testing.assert_close(loss, expected)
    for name, parameter in reference.named_parameters():
        gradient = model.get_parameter(name).grad
        wanted = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        torch.testing.assert_close(gradient, wanted, atol=1e-10, rtol=1e-8, msg=name)


def test_a_flat_model_is_the_same_model() -> None:
    cell = Cell(layers=1, width=16, heads=2, context=3, encoding="one_hot", seed=1)
    model, plain = (DecisionTransformer(cell, MAX_STEPS) for _ in range(2))
    flat = flatten(model)
    for name, parameter in plain.named_parameters():
        assert torch.equal(model.get_parameter(name), parameter)
    flat.zero_()
    assert all(not bool(parameter.any()) for parameter in model.parameters())
