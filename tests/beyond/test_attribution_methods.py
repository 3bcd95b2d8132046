import numpy as np
import pandas as pd
import torch

from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.scenes.pairs import Pairs
from dtlens.beyond.attribution_benchmark.methods import LATER, RTG, STATE, estimates
from dtlens.beyond.attribution_benchmark.settings import AttributionBenchmark
from dtlens.model.transformer import Windows
from models import micro_model

SETTINGS = AttributionBenchmark(
    recipe=["waiting"],
    seed=1,
    pairs=10,
    steps=5,
    from_sum={"low": 0.8, "high": 0.9},
    fitted=100,
    episodes=2,
    neurons=2,
)


def windows(rtg, time):
    count = len(rtg)
    return Windows(
        torch.tensor(rtg)[:, None],
        torch.zeros(count, 1, 7, 7, 3, dtype=torch.uint8),
        torch.zeros(count, 1, dtype=torch.int64),
        torch.tensor(time)[:, None],
    )


def test_every_method_finds_the_target_in_a_model_worked_out_by_hand():
    """`micro_model` prefers forward by 2 rtg, if above 0: half an rtg by a head's direct way, the
    rest by its neuron. Nothing hangs on time, and nothing comes from the state."""
    model = micro_model().requires_grad_(False)
    corrupted, clean = windows([0.2, 0.4], [3, 5]), windows([0.6, 0.8], [3, 5])
    pairs = Pairs("rtg", 0.0, pd.Series(["goal_from_top"] * 2), clean, corrupted)
    found = estimates(HookedDecisionTransformer(model), pairs, SETTINGS)
    for method, parts in found.items():
        on_rtg = parts[RTG] if RTG in parts else parts[LATER]
        # Without attention's half, the maps have the direct way once as large.
        by_hand = {"attribution": 0.2, "maps": 0.4, "neurons": 0.6, "patching": 0.8}
        by_hand["path patching"] = 0.8
        np.testing.assert_allclose(on_rtg, by_hand[method], atol=1e-5, err_msg=method)
        if STATE in parts:
            np.testing.assert_allclose(parts[STATE], 0, atol=1e-5, err_msg=method)
