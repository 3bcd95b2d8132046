"""How much of this machine's matrix-product rate training reaches, on one thread."""

import time
from collections.abc import Iterator

import numpy as np
import torch
from torch import Generator

from dtlens.env.trajectories import Trajectories
from dtlens.model.batches import Columns, batches
from dtlens.model.cell import Cell
from dtlens.model.settings import Training
from dtlens.model.training import fit
from dtlens.model.transformer import DecisionTransformer

SIZE = 2048  # of the square matrices whose product sets the scale
ROUNDS = 15
SECONDS = 0.15  # of training between two of those products
SHAPES = {
    "width 128, context 1": (128, 1),
    "width 128, context 9": (128, 9),
    "width 32, context 1": (32, 1),
}
SETTINGS = Training(
    initialisation="small",
    optimiser="adamw",
    schedule="one_cycle",
    batch_predictions=1024,
    learning_rate=1e-3,
    weight_decay=1e-4,
    gradient_norm=1.0,
    end_oversampling=0.1,
    holdout=0.05,
    log_points=1,
)


def useful_flops(cell: Cell, columns: int) -> int:
    """Floating-point operations that the loss of one full window needs, forward and backward.

    Counted are the matrix products alone, two operations a multiply-add: the state embedding
    (of the input columns in use), keys and values of all 3K-1 tokens, scores and mixing of the
    values a query may see, and, in the last layer for the K state tokens alone, queries, W_O
    and the MLP; the unembedding. The backward pass takes each twice, for its two factors, but the
    state embedding once: nothing asks for the gradient of an observation. Not counted: look-ups,
    biases, softmax, ReLU, the loss, the optimiser, and whatever is computed and not needed.
    """
    K, d = cell.context, cell.width
    tokens = 3 * K - 1
    embedding = K * columns * d
    seen_by_states, seen_by_all = K * (3 * K + 1) // 2, tokens * (tokens + 1) // 2
    keys_and_values, queries_output_mlp = 2 * d * d, 6 * d * d
    inner = tokens * (keys_and_values + queries_output_mlp) + 2 * seen_by_all * d
    last = tokens * keys_and_values + K * queries_output_mlp + 2 * seen_by_states * d
    blocks = last + (cell.layers - 1) * inner if cell.layers else 0
    return 2 * (3 * (embedding + blocks + K * 3 * d) - embedding)


def recording(steps: int = 2**18, length: int = 256) -> Trajectories:
    """Long episodes of random views, so that next to no window is padded."""
    rng = np.random.default_rng(1)
    cells = np.array([[0, 0, 0], [1, 0, 0], [2, 5, 0], [6, 2, 0], [8, 1, 0]], np.uint8)
    episodes = steps // length
    nothing = np.zeros(steps, np.float32)
    return Trajectories(
        views=cells[rng.integers(0, len(cells), (steps // 8, 7, 7))],
        view=rng.integers(0, steps // 8, steps, dtype=np.int32),
        action=rng.integers(0, 3, steps, dtype=np.uint8),
        reward=nothing,
        terminated=nothing.astype(bool),
        truncated=nothing.astype(bool),
        rtg=rng.random(steps, np.float32),
        policy=nothing.astype(np.int16),
        t=np.tile(np.arange(length, dtype=np.int16), episodes),
        start=np.arange(episodes) * length,
        length=np.full(episodes, length),
    )


def matrix_product_rate() -> float:
    """Floating-point operations a second in one fp32 product of two square matrices."""
    a = torch.rand(SIZE, SIZE)
    started = time.perf_counter()
    a @ a
    return 2 * SIZE**3 / (time.perf_counter() - started)


def training_rate(steps: Iterator[object], flops: int) -> float:
    """Useful floating-point operations a second in some steps of training."""
    count = 0
    started = time.perf_counter()
    while time.perf_counter() < started + SECONDS:
        next(steps)
        count += 1
    return count * flops / (time.perf_counter() - started)


def training_of(width: int, context: int, data: Trajectories) -> tuple[Iterator[object], int]:
    """The steps of training a model of one layer, and the useful operations of each."""
    cell = Cell(layers=1, width=width, heads=2, context=context, encoding="index", seed=1)
    steps = Columns.of(data, cell, "cpu")
    windows = SETTINGS.batch_predictions // context
    rows, generator = torch.arange(len(data.view)), Generator().manual_seed(1)
    drawn = batches(steps, rows, cell, windows, 10**6, SETTINGS.end_oversampling, generator)
    training = fit(DecisionTransformer(cell, 300), steps, drawn, 10**6, SETTINGS)
    return training, windows * useful_flops(cell, len(steps.columns))


def measure() -> dict[str, float]:
    """Training's useful operations a second, as a share of the matrix-product rate.

    Each is the median of ratios of two rates taken one after the other, so that other work on the
    machine weighs on both.
    """
    torch.set_num_threads(1)
    data = recording()
    shares = {}
    for name, (width, context) in SHAPES.items():
        training, flops = training_of(width, context, data)
        matrix_product_rate()
        training_rate(training, flops)
        ratios = [training_rate(training, flops) / matrix_product_rate() for _ in range(ROUNDS)]
        shares[f"training: share of the matrix-product rate, {name}"] = float(np.median(ratios))
    return shares


if __name__ == "__main__":
    for name, share in measure().items():
        print(f"{name}: {share:.1%}")
