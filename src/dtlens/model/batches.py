"""What training reads: steps, windows of them, batches of windows."""

from collections.abc import Iterator
from typing import NamedTuple, Self

import numpy as np
import torch
from jaxtyping import Bool, Float, Int64, UInt8
from torch import Generator, Tensor

from dtlens.base.errors import UserError
from dtlens.env.trajectories import Trajectories
from dtlens.model.cell import Cell
from dtlens.model.transformer import Encoded, encode

PADDING = -100  # the target that the loss passes over
DRAWN_AT_ONCE = 64  # batches whose windows are drawn together


class Columns(NamedTuple):
    """Trajectories as training reads them: one entry a step, and each distinct view encoded once.

    Of the encoded views only those columns are kept that are not 0 in all of them. The rest
    would add nothing to the state embedding, and their gradient is 0.
    """

    inputs: UInt8[Tensor, "view column"]
    columns: Int64[Tensor, " column"]
    view: Int64[Tensor, " step"]
    rtg: Float[Tensor, " step"]
    action: Int64[Tensor, " step"]
    time: Int64[Tensor, " step"]
    first: Int64[Tensor, " step"]
    last: Int64[Tensor, " step"]

    @classmethod
    def of(cls, trajectories: Trajectories, cell: Cell, device: str) -> Self:
        views = torch.from_numpy(trajectories.views)
        parts = [encode(part, cell.encoding) for part in views.split(4096)]
        used = torch.stack([part.any(0) for part in parts]).any(0).nonzero().flatten()
        start, length = trajectories.start, trajectories.length
        first, last = np.repeat(start, length), np.repeat(start + length - 1, length)
        columns = (trajectories.view, trajectories.action, trajectories.t, first, last)
        integers = [torch.from_numpy(column.astype(np.int64)).to(device) for column in columns]
        inputs = torch.cat([part[:, used] for part in parts]).to(device)
        rtg = torch.from_numpy(trajectories.rtg.copy()).to(device)
        view, action, t, *ends = integers
        return cls(inputs, used.to(device), view, rtg, action, t, *ends)


class Batch(NamedTuple):
    seen: Encoded
    target: Int64[Tensor, "step window"]
    predictions: int  # targets that are not padding


def batches(
    data: Columns,
    rows: Int64[Tensor, " step"],
    cell: Cell,
    windows: int,
    count: int,
    end_oversampling: float,
    generator: Generator,
) -> Iterator[Batch]:
    """`count` batches of so many windows, drawn from the steps `rows` (see `sample_ends`)."""
    for begin in range(0, count, DRAWN_AT_ONCE):
        drawn = min(DRAWN_AT_ONCE, count - begin) * windows
        ends = sample_ends(rows, data.last, drawn, end_oversampling, generator)
        steps, valid = window_steps(ends, data.first[ends], cell.context)
        action = data.action[steps]
        target = torch.where(valid, action, PADDING)
        fields = (data.view[steps], data.rtg[steps], action, data.time[steps], target)
        parts = zip(*(field.split(windows, dim=1) for field in fields), strict=True)
        real = valid.sum(0).view(-1, windows).sum(1).tolist()
        for (view, rtg, done, now, aim), predictions in zip(parts, real, strict=True):
            inputs = data.inputs.index_select(0, view.reshape(-1)).view(*view.shape, -1)
            yield Batch(Encoded(inputs, rtg, done, now), aim, predictions)


def split(
    trajectories: Trajectories, holdout: float, generator: Generator
) -> tuple[Int64[Tensor, " trained_on"], Int64[Tensor, " held_out"]]:
    """The steps to train on and those held out: a share `holdout` of the episodes, at least one."""
    episodes = len(trajectories.start)
    if episodes < 2:
        raise UserError(f"the trajectories hold {episodes} episodes; training needs at least 2")
    held_out = torch.zeros(episodes, dtype=torch.bool)
    count = min(max(1, round(holdout * episodes)), episodes - 1)
    held_out[torch.randperm(episodes, generator=generator)[:count]] = True
    of_step = held_out.repeat_interleave(torch.from_numpy(trajectories.length))
    return (~of_step).nonzero().flatten(), of_step.nonzero().flatten()


def window_steps(
    end: Int64[Tensor, " window"], first: Int64[Tensor, " window"], context: int
) -> tuple[Int64[Tensor, "step window"], Bool[Tensor, "step window"]]:
    """The steps of the windows that end at `end`, in episodes that begin at `first`.

    A window holds the up to `context` last steps of its episode until `end`, padded on the right
    (with `end` itself), and which of them are steps rather than padding.
    """
    begin = torch.maximum(first, end - (context - 1))
    steps = begin + torch.arange(context, device=end.device)[:, None]
    return torch.minimum(steps, end), steps <= end


def sample_ends(
    steps: Int64[Tensor, " from"],
    last: Int64[Tensor, " step"],
    count: int,
    end_oversampling: float,
    generator: Generator,
) -> Int64[Tensor, " window"]:
    """Where `count` windows end: drawn evenly from `steps`, with replacement.

    With probability `end_oversampling` a window ends at the last step of the drawn step's
    episode instead; `last` gives that step for every step.
    """
    end = steps[torch.randint(len(steps), (count,), generator=generator)]
    to_last = torch.rand(count, generator=generator) < end_oversampling
    return torch.where(to_last, last[end], end)
