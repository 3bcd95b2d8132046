"""Whether this machine computes the bytes that the committed results have.

A processor's vector instructions decide in which order sums are added. What all results are made of
is computed on fixed numbers, on one thread as in a stage, and hashes of it compared with those
that are committed.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import dtlens.base.stage  # noqa: F401

import numpy as np
import torch
from torch import Tensor

from dtlens.agents.ppo import train as train_agent
from dtlens.agents.settings import Ppo
from dtlens.base.errors import UserError
from dtlens.base.files import atomic_write
from dtlens.env.settings import Environment
from dtlens.env.trajectories import from_log
from dtlens.model.cell import Cell
from dtlens.model.settings import Training
from dtlens.model.training import train

COMMITTED = Path("references/numerics.json")
ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=30)
CELL = Cell(layers=1, width=32, heads=2, context=2, encoding="index", seed=1)
PPO = Ppo(
    total_steps=4096,
    environments=32,
    rollout_steps=32,
    minibatches=4,
    epochs=2,
    learning_rate=1e-3,
    anneal=True,
    entropy=0.01,
    value_loss=0.5,
    gradient_norm=0.5,
    gamma=0.99,
    gae_lambda=0.95,
    clip=0.2,
    input="objects",
    time_outs="last_view",
    hidden=64,
    checkpoints=2,
)
TRAINING = Training(
    initialisation="small",
    optimiser="adamw",
    schedule="one_cycle",
    batch_predictions=256,
    learning_rate=1e-3,
    weight_decay=1e-4,
    gradient_norm=1.0,
    end_oversampling=0.1,
    holdout=0.1,
    log_points=1,
)


def fingerprint() -> dict[str, str]:
    """The MD5 of each part's bytes, by its name."""
    generator = np.random.default_rng(0)
    double = generator.standard_normal((3, 257, 257))
    single = torch.from_numpy(double).float()
    with redirect_stderr(StringIO()):  # how far they are
        history = train_agent(PPO, ENVIRONMENT, 1)
        model, _ = train(CELL, TRAINING, 20_000, from_log(history.log), 30, "cpu")
    parts: dict[str, Callable[[], list[Tensor | np.ndarray]]] = {
        "torch: products": lambda: [single[0] @ single[1], torch.bmm(single, single.mT)],
        "torch: softmax": lambda: [single.softmax(-1), single.log_softmax(-1)],
        "torch: sums": lambda: [single.sum(), single.mean(0), single.std(-1)],
        "torch: exp, log, tanh": lambda: [single.exp(), single.abs().log(), single.tanh()],
        "torch: SVD": lambda: list(torch.linalg.svd(single[0])),
        "NumPy: products": lambda: [double[0] @ double[1], single.numpy()[0] @ single.numpy()[1]],
        "NumPy: sums": lambda: [double.sum(keepdims=True), double.mean(0), double.std(-1)],
        "NumPy: exp, log": lambda: [np.exp(double), np.log(abs(double)), np.exp(single.numpy())],
        "NumPy: equations": lambda: [np.linalg.solve(double[0], double[1])],
        "a training by PPO": lambda: [p.detach() for p in history.agents[-1].parameters()],
        "a training of a Decision Transformer": lambda: [p.detach() for p in model.parameters()],
    }
    return {name: _md5(compute()) for name, compute in parts.items()}


def _md5(arrays: list[Tensor | np.ndarray]) -> str:
    found = hashlib.md5()
    for array in arrays:
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def sentence() -> str:
    """In one line, whether this machine gives the committed bytes, or what it does not."""
    if not COMMITTED.exists():
        raise UserError(f"{COMMITTED}: no such file; `git checkout {COMMITTED}` brings it")
    committed, here = json.loads(COMMITTED.read_text(encoding="utf-8")), fingerprint()
    other = [name for name in committed if here.get(name) != committed[name]]
    if not other:
        return "this machine gives the committed bytes"
    return f"this machine gives other bytes than the committed: {'; '.join(other)}"


if __name__ == "__main__":
    with atomic_write(COMMITTED) as path:
        path.write_text(json.dumps(fingerprint(), indent=2) + "\n", encoding="utf-8")
