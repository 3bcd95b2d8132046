"""Training a Decision Transformer to predict the actions of recorded episodes."""

import sys
import time
from collections.abc import Callable, Iterator
from math import isfinite

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Generator, Tensor
from torch.nn.utils import clip_grad_norm_, parameters_to_vector, vector_to_parameters
from torch.optim import Adam, AdamW
from torch.optim.lr_scheduler import ConstantLR, OneCycleLR
from tqdm import tqdm

from dtlens.base.errors import UserError
from dtlens.env.trajectories import Trajectories
from dtlens.model.batches import PADDING, Batch, Columns, batches, split
from dtlens.model.cell import Cell
from dtlens.model.initialise import initialise_as_study
from dtlens.model.settings import Training
from dtlens.model.transformer import DecisionTransformer

HELD_OUT_PREDICTIONS = 8192  # in the fixed sample that measures every row of the curve


def predict(
    model: DecisionTransformer, data: Columns, batch: Batch
) -> tuple[Float[Tensor, "prediction 3"], Int64[Tensor, " prediction"]]:
    """The logits of a batch and the actions to predict (or `PADDING`), in the same order."""
    W_state = model.W_state.index_select(0, data.columns)
    logits = model.logits(model.tokens(batch.seen, W_state))
    return logits.flatten(0, 1), batch.target.reshape(-1)


def train(
    cell: Cell,
    settings: Training,
    predictions: int,
    trajectories: Trajectories,
    max_steps: int,
    device: str,
    watch: Callable[[int, DecisionTransformer], None] = lambda step, model: None,
) -> tuple[DecisionTransformer, pd.DataFrame]:
    """A trained Decision Transformer and its learning curve.

    The loss is the cross-entropy of the action at every step of a window, padding left out.
    Adam takes so many `predictions` (padding included) in batches of
    `settings.batch_predictions`: every cell takes as many steps. Its weight decay stands beside
    the gradient's step (AdamW: Loshchilov and Hutter, 2019) or is L2 within it; its learning rate
    is constant or has one cycle (Smith and Topin, 2018); a gradient longer than
    `settings.gradient_norm` is cut to that length, where there is one. The curve has, at
    `log_points` evenly spread steps: step, predictions (padding left out), loss (the mean since the
    row before), held_out_loss and held_out_accuracy, over a fixed sample of windows from the
    episodes held out; at each of its rows `watch` is called with the step and the model.
    Initialisation, sampling and the choice of held-out episodes follow from `cell.seed`: on one
    thread the same arguments give the same bytes. Raises `UserError` if no episode is left to train
    on, or if the loss is not a number.
    """
    settings = settings.model_copy(
        update=cell.model_dump(include={"end_oversampling", "weight_decay"}, exclude_none=True)
    )
    generator = Generator().manual_seed(int(np.random.SeedSequence(cell.seed).generate_state(1)[0]))
    training, held_out = split(trajectories, settings.holdout, generator)
    data = Columns.of(trajectories, cell, device)
    windows = max(1, settings.batch_predictions // cell.context)
    steps = max(1, predictions // settings.batch_predictions)
    test_count = -(-HELD_OUT_PREDICTIONS // (windows * cell.context))
    test = list(batches(data, held_out, cell, windows, test_count, 0.0, generator))

    model = DecisionTransformer(cell, max_steps)
    if settings.initialisation == "study":
        initialise_as_study(model)
    model.to(device)
    drawn = batches(data, training, cell, windows, steps, settings.end_oversampling, generator)
    log_steps = set(np.linspace(0, steps, settings.log_points + 1).round().astype(int).tolist())
    curve: list[dict[str, float]] = []
    losses: list[Tensor] = []
    seen = 0
    started = time.perf_counter()
    bar = tqdm(fit(model, data, drawn, steps, settings), cell.name, total=steps, mininterval=1.0)
    for step, (loss, real) in enumerate(bar, start=1):
        losses.append(loss)
        seen += real
        if step in log_steps:
            mean = float(sum(losses)) / len(losses)
            if not isfinite(mean):
                raise UserError(
                    f"{cell.name}: the loss is not a number at step {step} of {steps};"
                    f" the learning rate, {settings.learning_rate:g}, is too high"
                )
            row = {"step": step, "predictions": seen, "loss": mean}
            curve.append(row | evaluate(model, data, test))
            losses.clear()
            watch(step, model)
    rate = seen / (time.perf_counter() - started)
    print(f"{cell.name}: {rate:.0f} predictions/s", file=sys.stderr)
    return model, pd.DataFrame(curve)


def fit(
    model: DecisionTransformer,
    data: Columns,
    drawn: Iterator[Batch],
    steps: int,
    settings: Training,
) -> Iterator[tuple[Float[Tensor, ""], int]]:
    """Take an optimiser's step on each of so many batches; give its loss and its predictions."""
    # Weights that no sample reaches decay under L2 to numbers below 1e-38, with which a processor
    # takes up to fifty times as long: they become 0.
    torch.set_flush_denormal(True)
    weights = list(model.parameters())
    flat = parameters_to_vector(weights).detach()  # one vector: the optimiser's cost is per tensor
    flat.grad = torch.empty_like(flat)
    vector_to_parameters(flat, weights)  # they become views of it
    adam = {"adamw": AdamW, "adam": Adam}[settings.optimiser]
    rate = settings.learning_rate
    optimiser = adam([flat], rate, weight_decay=settings.weight_decay, fused=True)
    schedule = (
        OneCycleLR(optimiser, rate, steps, cycle_momentum=False)
        if settings.schedule == "one_cycle"
        else ConstantLR(optimiser, factor=1.0)
    )
    for batch in drawn:
        loss = F.cross_entropy(*predict(model, data, batch), ignore_index=PADDING)
        torch.cat([part.flatten() for part in torch.autograd.grad(loss, weights)], out=flat.grad)
        if settings.gradient_norm is not None:
            clip_grad_norm_(flat, settings.gradient_norm)
        optimiser.step()
        schedule.step()
        yield loss.detach(), batch.predictions


@torch.no_grad()
def evaluate(model: DecisionTransformer, data: Columns, test: list[Batch]) -> dict[str, float]:
    """Mean cross-entropy and accuracy of the likeliest action over all predictions of `test`."""
    pairs = [predict(model, data, batch) for batch in test]
    logits, target = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    real = target != PADDING
    loss = F.cross_entropy(logits[real], target[real])
    accuracy = (logits[real].argmax(-1) == target[real]).float().mean()
    return {"held_out_loss": float(loss), "held_out_accuracy": float(accuracy)}
