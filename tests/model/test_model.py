"""The Decision Transformer: its function, its gradient, its form on TransformerLens, its file."""

from itertools import product
from pathlib import Path

import pytest
import torch
from torch import Tensor

from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.base.errors import UserError
from dtlens.base.settings import Encoding
from dtlens.base.tensors import save_tensors
from dtlens.model.cell import Cell
from dtlens.model.transformer import (
    DecisionTransformer,
    Windows,
    encode,
    load_checkpoint,
    save_checkpoint,
)

MAX_STEPS = 20


def cell(layers: int = 1, context: int = 1, encoding: Encoding = "index", seed: int = 1) -> Cell:
    return Cell(layers=layers, width=16, heads=2, context=context, encoding=encoding, seed=seed)


def trained(cell: Cell) -> DecisionTransformer:
    """A model whose weights and biases are all large enough to matter."""
    model = DecisionTransformer(cell, MAX_STEPS)
    generator = torch.Generator().manual_seed(7)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2, generator=generator)
    return model


def windows(steps: int, batch: int = 5) -> Windows:
    generator = torch.Generator().manual_seed(steps)
    return Windows(
        rtg=torch.rand(batch, steps, generator=generator) * 2 - 1,
        observation=torch.randint(
            0, 3, (batch, steps, 7, 7, 3), generator=generator, dtype=torch.uint8
        ),
        action=torch.randint(0, 3, (batch, steps), generator=generator),
        time=torch.randint(0, MAX_STEPS, (batch, 1), generator=generator).expand(-1, steps),
    )


def test_encodings_by_hand() -> None:
    observation = torch.zeros(7, 7, 3, dtype=torch.uint8)
    observation[3, 5] = torch.tensor([6, 2, 1])  # a blue ball in front of the agent
    assert encode(observation, "index").nonzero().flatten().tolist() == [78, 79, 80]  # 21x + 3y
    bits = encode(observation, "one_hot").view(7, 7, 20)
    assert bits[3, 5].nonzero().flatten().tolist() == [6, 11 + 2, 17 + 1]
    assert bits[0, 0].nonzero().flatten().tolist() == [0, 11, 17]
    assert int(bits.sum()) == 49 * 3


def test_no_layers_by_hand() -> None:
    model = DecisionTransformer(cell(layers=0), MAX_STEPS)
    seen = windows(1, batch=1)
    residual = (
        seen.observation.flatten().float() @ model.W_state
        + model.W_time[seen.time[0, 0]]
        + model.W_pos[1]  # the state is the second token
    )
    torch.testing.assert_close(model(seen)[0, 0], residual @ model.W_U + model.b_U)


@pytest.mark.parametrize(
    ("layers", "context", "encoding"), list(product((0, 1, 2), (1, 3, 9), ("index", "one_hot")))
)
def test_transformer_lens_gives_the_same(layers: int, context: int, encoding: Encoding) -> None:
    model = trained(cell(layers, context, encoding))
    hooked = HookedDecisionTransformer(model)
    for steps in {1, context}:
        seen = windows(steps)
        logits = model(seen)
        assert logits.shape == (5, steps, 3)
        torch.testing.assert_close(hooked(seen), logits, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(hooked.run_with_cache(seen)[0], logits, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(model(seen, last=True), logits[:, -1:], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("layers", "context"), [(1, 1), (2, 3)])
def test_components_sum_to_the_logits(layers: int, context: int) -> None:
    hooked = HookedDecisionTransformer(trained(cell(layers, context)))
    logits, cache = hooked.run_with_cache(windows(context))
    preference = logits[..., 2] - logits[..., 1]
    bias = hooked.bridge.b_U[2] - hooked.bridge.b_U[1]
    parts, labels = cache.decompose_resid(return_labels=True)
    assert labels[:4] == ["embed", "pos_embed", "0_attn_out", "0_mlp_out"]
    by_layer = cache.logit_attrs(parts, tokens=2, incorrect_tokens=1).sum(0) + bias
    torch.testing.assert_close(by_layer[:, 1::3], preference, atol=1e-5, rtol=1e-5)
    heads, names = cache.stack_head_results(return_labels=True)
    assert names == [f"L{layer}H{head}" for layer in range(layers) for head in range(2)]
    attention = heads[:2].sum(0) + hooked.bridge.b_O[0]
    torch.testing.assert_close(attention, cache["blocks.0.hook_attn_out"], atol=1e-5, rtol=1e-5)
    full, full_labels = cache.get_full_resid_decomposition(expand_neurons=False, return_labels=True)
    assert {"L0H0", "0_mlp_out", "embed", "pos_embed", "bias"} <= set(full_labels)
    summed = cache.logit_attrs(full, tokens=2, incorrect_tokens=1).sum(0) + bias
    torch.testing.assert_close(summed[:, 1::3], preference, atol=1e-5, rtol=1e-5)


def test_the_return_to_go_reaches_the_action_through_attention_alone() -> None:
    hooked = HookedDecisionTransformer(trained(cell(layers=2, context=3)))
    seen = windows(3)
    other = seen._replace(rtg=seen.rtg + 0.5)
    assert not torch.allclose(hooked(seen), hooked(other), atol=1e-3)

    def cut(z: Tensor, hook: object) -> Tensor:
        return torch.zeros_like(z)

    with hooked.hooks([(f"blocks.{layer}.attn.hook_z", cut) for layer in range(2)]):
        assert torch.equal(hooked(seen), hooked(other))
    assert not torch.allclose(hooked(seen), hooked(other), atol=1e-3)


def test_no_layers_cannot_use_the_return_to_go() -> None:
    model, seen = trained(cell(layers=0, context=3)), windows(3)
    assert torch.equal(model(seen), model(seen._replace(rtg=-seen.rtg)))


@pytest.mark.parametrize("layers", [1, 2])
def test_what_follows_a_step_changes_nothing(layers: int) -> None:
    """Right padding is inert, and so is the action that is yet to be chosen."""
    model = trained(cell(layers, context=9)).double()  # products of other shapes round otherwise
    seen, other = (w._replace(rtg=w.rtg.double()) for w in (windows(9), windows(9, batch=7)))
    padded = Windows(
        *(torch.cat([a[:, :4], b[:5, 4:]], 1) for a, b in zip(seen, other, strict=True))
    )
    padded.action[:, 3] = (padded.action[:, 3] + 1) % 3
    short = Windows(*(field[:, :4] for field in seen))
    torch.testing.assert_close(model(padded)[:, :4], model(seen)[:, :4], atol=1e-13, rtol=1e-12)
    torch.testing.assert_close(model(short), model(seen)[:, :4], atol=1e-13, rtol=1e-12)
    assert not torch.allclose(model(padded)[:, 4:], model(seen)[:, 4:], atol=1e-3)


def test_initial_weights_move_with_the_seed_alone() -> None:
    one, again, two = (DecisionTransformer(cell(seed=seed), MAX_STEPS) for seed in (1, 1, 2))
    for name, parameter in one.named_parameters():
        assert torch.equal(parameter, again.get_parameter(name))
        is_bias = name.split(".")[-1].startswith("b_")
        assert torch.equal(parameter, two.get_parameter(name)) == is_bias
        assert is_bias == (float(parameter.detach().abs().sum()) == 0)
    assert float(one.W_state.detach().std()) == pytest.approx(0.02, rel=0.05)


def test_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "dt.safetensors"
    model, seen = trained(cell(2, 3, "one_hot")), windows(3)
    save_checkpoint(path, model)
    loaded = load_checkpoint(path)
    assert (loaded.cell, loaded.max_steps) == (model.cell, MAX_STEPS)
    assert torch.equal(loaded(seen), model(seen))
    save_checkpoint(tmp_path / "again", loaded)
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_checkpoint_that_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "dt.safetensors"
    weights = dict(DecisionTransformer(cell(), MAX_STEPS).state_dict())
    good = cell().model_dump()
    for config in (
        {"cell": good | {"width": 32}, "max_steps": MAX_STEPS},
        {"cell": good | {"heads": 3}, "max_steps": MAX_STEPS},
        {"cell": good | {"layers": 10**9}, "max_steps": MAX_STEPS},
        {"cell": good, "max_steps": 10**12},
        {"cell": good},
        {"cell": good, "max_steps": "many"},
        {"cell": good, "max_steps": -1},
    ):
        save_tensors(path, "decision_transformer", weights, config)
        with pytest.raises(UserError) as caught:
            load_checkpoint(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
