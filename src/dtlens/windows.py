"""Training windows: which steps of which episode a Decision Transformer sees at once."""

import torch
from jaxtyping import Bool, Int64
from torch import Generator, Tensor


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
    steps: Int64[Tensor, " step"],
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
