"""Training: it repeats exactly, moves with the seed, and learns what the data say."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F
from torch import Generator
from torch.nn.utils import clip_grad_norm_
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

from dtlens.base.errors import UserError
from dtlens.base.settings import Encoding
from dtlens.env.trajectories import Trajectories
from dtlens.model.batches import PADDING, Batch, Columns, batches, split
from dtlens.model.cell import Cell
from dtlens.model.settings import Training
from dtlens.model.training import fit, predict, train
from dtlens.model.transformer import DecisionTransformer, Windows, save_checkpoint

MAX_STEPS = 30
SETTINGS = Training(
    initialisation="small",
    optimiser="adamw",
    schedule="one_cycle",
    batch_predictions=90,
    learning_rate=0.01,
    weight_decay=0.0,
    gradient_norm=None,
    end_oversampling=0.1,
    holdout=0.1,
    log_points=4,
)


def cell(layers: int = 1, context: int = 1, encoding: Encoding = "index", seed: int = 1) -> Cell:
    return Cell(layers=layers, width=16, heads=2, context=context, encoding=encoding, seed=seed)


def trajectories(episodes: int = 40) -> Trajectories:
    """Episodes of 1 to 8 steps in which the action is *right* above an RTG of 0, else *left*."""
    rng = np.random.default_rng(3)
    length = rng.integers(1, 9, episodes)
    start = np.cumsum(length) - length
    steps = int(length.sum())
    rtg = np.repeat(rng.choice([-1.0, 1.0], episodes), length).astype(np.float32)
    views = np.zeros((5, 7, 7, 3), np.uint8)
    views[:, 3, 5, 0] = [1, 2, 6, 8, 1]
    views[:, 3, 5, 1] = [0, 5, 2, 1, 1]
    ended = np.zeros(steps, bool)
    ended[start + length - 1] = True
    return Trajectories(
        views=views,
        view=rng.integers(0, len(views), steps, dtype=np.int32),
        action=(rtg > 0).astype(np.uint8),
        reward=np.zeros(steps, np.float32),
        terminated=ended,
        truncated=np.zeros(steps, bool),
        rtg=rtg,
        policy=np.zeros(steps, np.int16),
        t=(np.arange(steps) - np.repeat(start, length)).astype(np.int16),
        start=start,
        length=length,
    )


@pytest.mark.parametrize("context", [1, 3])
def test_learns_to_follow_the_return_to_go(context: int) -> None:
    _, curve = train(cell(context=context), SETTINGS, 200 * 90, trajectories(), MAX_STEPS, "cpu")
    assert curve.columns.tolist() == [
        *("step", "predictions", "loss", "held_out_loss", "held_out_accuracy")
    ]
    assert curve["step"].tolist() == [50, 100, 150, 200]
    assert curve["held_out_accuracy"].iloc[-1] == 1
    assert curve["loss"].iloc[-1] < 0.05 < curve["loss"].iloc[0]
    if context == 1:
        assert curve["predictions"].tolist() == [4500, 9000, 13500, 18000]
    else:
        assert curve["predictions"].iloc[-1] < 18000  # padding is not counted


def test_without_layers_the_return_to_go_is_lost() -> None:
    _, curve = train(cell(layers=0), SETTINGS, 200 * 90, trajectories(), MAX_STEPS, "cpu")
    assert curve["held_out_accuracy"].iloc[-1] < 0.8


def test_repeats_exactly_and_moves_with_the_seed(tmp_path: Path) -> None:
    curves: list[pd.DataFrame] = []
    for name, seed in (("one", 1), ("again", 1), ("two", 2)):
        one = cell(2, 3, seed=seed)
        trained, curve = train(one, SETTINGS, 200 * 90, trajectories(), MAX_STEPS, "cpu")
        save_checkpoint(tmp_path / name, trained)
        curves.append(curve)
    one, again, two = ((tmp_path / name).read_bytes() for name in ("one", "again", "two"))
    assert one == again
    assert one != two
    pd.testing.assert_frame_equal(curves[0], curves[1])
    assert not curves[0].equals(curves[2])


def test_split_is_by_episode() -> None:
    data = trajectories()
    training, held_out = split(data, 0.1, torch.Generator().manual_seed(1))
    assert sorted([*training.tolist(), *held_out.tolist()]) == list(range(len(data.view)))
    episode = np.repeat(np.arange(40), data.length)
    out = set(episode[held_out])
    assert len(out) == 4
    assert out.isdisjoint(episode[training])
    _, other = split(data, 0.1, torch.Generator().manual_seed(2))
    assert other.tolist() != held_out.tolist()
    with pytest.raises(UserError, match="at least 2"):
        split(trajectories(1), 0.1, torch.Generator())


def in_float64(shape: Cell, count: int) -> tuple[DecisionTransformer, Columns, list[Batch]]:
    """A model whose weights are all large enough to matter, and batches with padding."""
    model, generator = DecisionTransformer(shape, MAX_STEPS).double(), Generator().manual_seed(2)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3, generator=generator)
    data = trajectories()
    steps = Columns.of(data, shape, "cpu")
    steps = steps._replace(rtg=steps.rtg.double())
    rows = torch.arange(len(data.view))
    return model, steps, list(batches(steps, rows, shape, 12, count, 0.1, generator))


LAYERS_AND_CONTEXTS = list(product((0, 1, 2), (1, 3, 9)))


@pytest.mark.parametrize("norm", [None, 10.0])
@pytest.mark.parametrize(("layers", "context"), LAYERS_AND_CONTEXTS)
def test_fit_is_adamw_on_each_parameter(layers: int, context: int, norm: float | None) -> None:
    """One flat vector, chosen columns and ignored targets are means to the same end; so is one cut
    of all gradients together, as long as they are (some here are longer than 10, some
    are not)."""
    shape, count = cell(layers, context), 8
    model, data, drawn = in_float64(shape, count)
    reference, *_ = in_float64(shape, count)
    settings = SETTINGS.model_copy(update={"weight_decay": 0.1, "gradient_norm": norm})
    losses = [float(loss) for loss, _ in fit(model, data, iter(drawn), count, settings)]

    optimiser = AdamW(reference.parameters(), settings.learning_rate, weight_decay=0.1)
    schedule = OneCycleLR(optimiser, settings.learning_rate, count, cycle_momentum=False)
    for batch, loss in zip(drawn, losses, strict=True):
        inputs = batch.seen.inputs.new_zeros(context, 12, len(reference.W_state))
        inputs[..., data.columns] = batch.seen.inputs
        logits = reference.logits(
            reference.tokens(batch.seen._replace(inputs=inputs), reference.W_state)
        )
        real = batch.target != PADDING
        expected = F.cross_entropy(logits[real], batch.target[real])
        assert loss == pytest.approx(float(expected.detach()), rel=1e-10)
        optimiser.zero_grad()
        expected.backward()
        if norm:
            clip_grad_norm_(reference.parameters(), norm)
        optimiser.step()
        schedule.step()
    for name, parameter in reference.named_parameters():
        torch.testing.assert_close(
            model.get_parameter(name), parameter, atol=1e-10, rtol=1e-8, msg=name
        )


@pytest.mark.parametrize(("layers", "context"), LAYERS_AND_CONTEXTS)
def test_gradient_is_the_slope_of_the_loss(layers: int, context: int) -> None:
    model, data, (batch,) = in_float64(cell(layers, context), 1)

    def loss() -> torch.Tensor:
        return F.cross_entropy(*predict(model, data, batch), ignore_index=PADDING)

    weights = dict(model.named_parameters())
    gradients = torch.autograd.grad(loss(), list(weights.values()))
    generator, small = Generator().manual_seed(3), 1e-5
    for (name, weight), gradient in zip(weights.items(), gradients, strict=True):
        move = torch.empty_like(weight).normal_(generator=generator)
        with torch.no_grad():
            weight.add_(small * move)
            ahead = float(loss())
            weight.sub_(2 * small * move)
            behind = float(loss())
            weight.add_(small * move)
        slope = (ahead - behind) / (2 * small)
        assert float((gradient * move).sum()) == pytest.approx(slope, rel=1e-6, abs=1e-8), name
    unused = torch.ones(len(model.W_state), dtype=torch.bool)
    unused[data.columns] = False
    gradient = gradients[list(weights).index("W_state")]
    assert unused.any()
    assert not gradient[unused].any()
    assert gradient[data.columns].any(1).all()


def test_padding_has_no_part_in_the_gradient() -> None:
    model, data, (batch,) = in_float64(cell(layers=2, context=3), 1)
    padded = batch.target == PADDING
    assert padded.any()
    seen = batch.seen
    other = seen._replace(
        inputs=torch.where(padded[..., None], seen.inputs + 1, seen.inputs),
        rtg=torch.where(padded, seen.rtg + 1, seen.rtg),
        action=torch.where(padded, (seen.action + 1) % 3, seen.action),
        time=torch.where(padded, 0, seen.time),
    )
    gradients = []
    for changed in (seen, other):
        pair = predict(model, data, batch._replace(seen=changed))
        loss = F.cross_entropy(*pair, ignore_index=PADDING)
        gradients.append(torch.autograd.grad(loss, list(model.parameters())))
    for one, two in zip(*gradients, strict=True):
        torch.testing.assert_close(one, two, atol=1e-12, rtol=1e-10)


@pytest.mark.parametrize("encoding", ["index", "one_hot"])
def test_batches_hold_what_the_model_would_see(encoding: Encoding) -> None:
    """The encoded columns in use give the logits of the whole observation, and their gradient."""
    data = trajectories()
    shape = cell(context=3, encoding=encoding)
    steps = Columns.of(data, shape, "cpu")
    assert len(steps.columns) < 1000 // 3
    generator = torch.Generator().manual_seed(1)
    (batch,) = batches(steps, torch.arange(len(data.view)), shape, 50, 1, 0.1, generator)
    assert batch.target.shape == (3, 50)
    whole = torch.zeros(
        3, 50, len(DecisionTransformer(shape, MAX_STEPS).W_state), dtype=torch.uint8
    )
    whole[..., steps.columns] = batch.seen.inputs
    model = DecisionTransformer(shape, MAX_STEPS)
    logits, target = predict(model, steps, batch)
    real = target != PADDING
    (gradient,) = torch.autograd.grad(logits[real].square().sum(), model.W_state)
    everything = batch._replace(seen=batch.seen._replace(inputs=whole))
    all_columns = steps._replace(columns=torch.arange(len(model.W_state)))
    expected, _ = predict(model, all_columns, everything)
    torch.testing.assert_close(logits, expected, atol=1e-6, rtol=1e-5)
    (expected_gradient,) = torch.autograd.grad(expected[real].square().sum(), model.W_state)
    torch.testing.assert_close(gradient, expected_gradient, atol=1e-6, rtol=1e-5)


def test_batch_against_the_model_on_observations() -> None:
    data = trajectories()
    shape = cell(layers=2, context=3)
    model = DecisionTransformer(shape, MAX_STEPS)
    steps = Columns.of(data, shape, "cpu")
    begin = int(data.start[data.length >= 3][0])
    only = torch.tensor([begin + 2])
    (batch,) = batches(steps, only, shape, 1, 1, 0.0, torch.Generator())
    rows = np.arange(begin, begin + 3)
    windows = Windows(
        rtg=torch.from_numpy(data.rtg[rows])[None],
        observation=torch.from_numpy(data.views[data.view[rows]])[None],
        action=torch.from_numpy(data.action[rows].astype(np.int64))[None],
        time=torch.arange(3)[None],
    )
    logits, target = predict(model, steps, batch)
    torch.testing.assert_close(logits, model(windows)[0], atol=1e-6, rtol=1e-5)
    assert target.tolist() == windows.action[0].tolist()


def test_a_step_of_adam_has_the_decay_in_its_gradient() -> None:
    """The first step of Adam is the learning rate times the sign of the gradient; where only decay
    pulls (a time that no window has), that is towards 0. AdamW's is the rate times the decay."""
    data = trajectories()
    changes = {"learning_rate": 1e-3, "weight_decay": 0.1, "schedule": "constant"}
    moved = {}
    for optimiser in ("adam", "adamw"):
        settings = SETTINGS.model_copy(update=changes | {"optimiser": optimiser})
        model, _ = train(cell(), settings, 90, data, MAX_STEPS, "cpu")
        before = DecisionTransformer(cell(), MAX_STEPS).W_time[-1].detach()
        moved[optimiser] = model.W_time[-1].detach() - before
    assert torch.allclose(moved["adam"], -1e-3 * before.sign(), rtol=1e-2)
    assert torch.allclose(moved["adamw"], -1e-3 * 0.1 * before, rtol=1e-2)


def test_a_constant_rate_stays_and_a_cycle_ends_near_0() -> None:
    changes = {"learning_rate": 1e-3, "optimiser": "adam"}
    last = {}
    for schedule in ("constant", "one_cycle"):
        weights: list[torch.Tensor] = []
        settings = SETTINGS.model_copy(update=changes | {"schedule": schedule, "log_points": 100})

        def watch(step: int, model: DecisionTransformer, kept: list = weights) -> None:
            kept.append(model.W_U.detach().clone())

        train(cell(), settings, 100 * 90, trajectories(), MAX_STEPS, "cpu", watch)
        last[schedule] = float((weights[-1] - weights[-2]).abs().max())
    assert last["one_cycle"] < 1e-6 < 1e-5 < last["constant"]


def test_a_model_of_the_study_s_recipe_starts_as_the_study_s() -> None:
    settings = SETTINGS.model_copy(update={"initialisation": "study", "learning_rate": 1e-9})
    model, _ = train(cell(), settings, 90, trajectories(), MAX_STEPS, "cpu")
    assert model.W_time.std().item() == pytest.approx(1, abs=0.2)


def test_a_loss_that_is_no_number_ends_training_in_one_line() -> None:
    settings = SETTINGS.model_copy(update={"learning_rate": 1e30})
    with pytest.raises(UserError, match=r"the loss is not a number at step 5 of 20; the learning"):
        train(cell(), settings, 20 * 90, trajectories(), MAX_STEPS, "cpu")


def test_weights_that_decay_below_normal_numbers_become_0() -> None:
    """A processor takes many times as long over them; Adam's L2 leaves a time that no window has
    at 1e-39 where it was, since 1e-39 squared is 0 and has no direction."""
    shape = cell()
    model = DecisionTransformer(shape, MAX_STEPS)
    with torch.no_grad():
        model.W_time[-1] = 1e-39
    data, generator = Columns.of(trajectories(), shape, "cpu"), Generator().manual_seed(1)
    drawn = batches(data, torch.arange(30), shape, 90, 1, 0.0, generator)
    settings = SETTINGS.model_copy(update={"optimiser": "adam", "weight_decay": 0.001})
    list(fit(model, data, drawn, 1, settings))
    assert not model.W_time[-1].any()
