"""Training windows, worked by hand: episodes of 5, 2 and 4 steps in rows 0-4, 5-6, 7-10."""

import pytest
import torch
from torch import Generator, tensor

from dtlens.model.batches import sample_ends, window_steps

LAST = tensor([4] * 5 + [6] * 2 + [10] * 4)


@pytest.mark.parametrize(
    ("end", "first", "steps", "valid"),
    [
        (4, 0, [2, 3, 4], [True, True, True]),  # the end of a long episode
        (9, 7, [7, 8, 9], [True, True, True]),  # just as many steps as the context
        (0, 0, [0, 0, 0], [True, False, False]),  # the first step
        (8, 7, [7, 8, 8], [True, True, False]),  # near the start, not at the first row
        (6, 5, [5, 6, 6], [True, True, False]),  # an episode shorter than the context
    ],
)
def test_window_of_three_steps(end: int, first: int, steps: list[int], valid: list[bool]) -> None:
    rows, are_steps = window_steps(tensor([end]), tensor([first]), context=3)
    assert rows.flatten().tolist() == steps
    assert are_steps.flatten().tolist() == valid


def test_windows_side_by_side() -> None:
    rows, valid = window_steps(tensor([4, 6]), tensor([0, 5]), context=2)
    assert rows.tolist() == [[3, 5], [4, 6]]  # axes step, window
    assert bool(valid.all())
    rows, valid = window_steps(tensor([4, 6]), tensor([0, 5]), context=1)
    assert rows.tolist() == [[4, 6]]


def test_ends_are_drawn_evenly_from_the_given_steps() -> None:
    steps = tensor([0, 1, 2, 3, 4, 7, 8, 9, 10])  # the second episode is held out
    ends = sample_ends(steps, LAST, 9000, 0.0, Generator().manual_seed(1))
    counts = ends.bincount(minlength=11)
    assert counts[5:7].tolist() == [0, 0]
    assert bool(((counts[steps] > 850) & (counts[steps] < 1150)).all())  # 1000 +- 5 sd


def test_share_of_last_windows() -> None:
    ends = sample_ends(torch.arange(11), LAST, 11000, 0.1, Generator().manual_seed(1))
    # An episode's last step is drawn as one of 11, or as the end of a step of its episode.
    share = (ends == 4).float().mean().item()
    assert share == pytest.approx(0.9 / 11 + 0.1 * 5 / 11, abs=0.015)
    assert torch.equal(
        sample_ends(torch.arange(11), LAST, 100, 1.0, Generator().manual_seed(1)).unique(),
        tensor([4, 6, 10]),
    )
