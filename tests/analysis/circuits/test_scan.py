import numpy as np
import pandas as pd
import pytest
import torch

from dtlens.analysis.circuits.attribution import contributions
from dtlens.analysis.circuits.scan import avoidance_thresholds, falls_at, scan
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import forward_probability
from models import random_model

RTGS = [-1.0, 0.0, 0.75]  # exact in single precision


@pytest.mark.parametrize(
    ("layers", "context", "encoding"), [(0, 1, "index"), (1, 1, "one_hot"), (2, 3, "index")]
)
def test_the_scan_agrees_with_the_hooked_model(scenes, layers, context, encoding):
    model = random_model(layers, context, encoding).double()
    table, _ = scan(model, scenes.windows(0.0), scenes.fronts, RTGS, 1)
    hooked = HookedDecisionTransformer(model)
    for rtg in RTGS:
        windows = scenes.windows(rtg)
        windows = windows._replace(rtg=windows.rtg.double())
        logits, cache = hooked.run_with_cache(windows)
        expected = {("contribution", name): x for name, x in contributions(hooked, windows).items()}
        expected["contribution", "whole"] = logits[:, 0, 2] - logits[:, 0, 1]
        expected["choice", "forward"] = logits[:, 0].argmax(-1) == 2
        for layer in range(layers):
            for head in (0, 1):
                pattern = cache[f"blocks.{layer}.attn.hook_pattern"]
                expected["attention", f"L{layer}H{head}"] = pattern[:, head, 1, 0]
        means = (
            pd.DataFrame({name: x.detach().numpy() for name, x in expected.items()})
            .groupby(scenes.fronts)
            .mean()
        )
        rows = table[(table["rtg"] == rtg) & (table["measure"] != "probability")]
        assert len(rows) == means.size
        for _, front, measure, component, value in rows.itertuples(index=False):
            assert value == pytest.approx(means.loc[front, (measure, component)], abs=1e-9)


def test_parts_sum_to_the_total_and_probabilities_are_the_models(scenes, model):
    table, _ = scan(model, scenes.windows(0.0), scenes.fronts, RTGS, 1)
    parts = table[table["measure"] == "contribution"].set_index(["rtg", "front", "component"])
    parts = parts["value"].unstack()  # noqa: PD010
    np.testing.assert_allclose(parts.drop(columns="whole").sum(axis=1), parts["whole"], atol=1e-4)
    assert parts["whole"].std() > 0.1
    forward = table[table["measure"] == "probability"].set_index(["rtg", "front"])["value"]
    for rtg in RTGS:
        with torch.no_grad():
            probability = forward_probability(model(scenes.windows(rtg))[:, -1]).numpy()
        for front in forward[rtg].index:
            expected = probability[scenes.fronts == front].mean()
            assert forward[rtg, front] == pytest.approx(expected, abs=1e-6)


def test_curves_fall_through_a_half_by_hand():
    curves = np.array(
        [
            [0.9, 0.7, 0.2, 0.1],  # 0.2 of the way down from 0.7 to 0.2 is 2/5 of the step
            [0.6, 0.4, 0.8, 0.0],  # falls twice
            [0.9, 0.8, 0.7, 0.5],  # 1/2 is not below 1/2
            [0.1, 0.2, 0.9, 0.9],  # only rises
            [0.4, 0.4, 0.4, 0.4],
        ]
    )
    at = falls_at(curves, [-1.0, 0.0, 0.5, 1.0])
    np.testing.assert_allclose(at, [0.2, 0.5 + 0.5 * 3 / 8, np.nan, np.nan, np.nan])


def test_intervals_of_avoidance_are_over_scenes():
    """Half the obstacle scenes fall from 1 to 0 between -1 and 0, the others between 0 and 1: the
    mean falls from 1 by way of 1/2. A resample with more of the former falls before 0."""
    early, late = [1.0, 0.0, 0.0], [1.0, 1.0, 0.0]
    curves = np.array([early, late] * 50 + [[0.2, 0.2, 0.2]] * 10)
    forward = np.stack([curves, np.full_like(curves, 0.4)], 1)
    front = pd.Series(["obstacle"] * 100 + ["wall"] * 10)
    table = avoidance_thresholds(front, forward, [-1.0, 0.0, 1.0], 1).set_index(
        ["front", "measure"]
    )
    row = table.loc["obstacle", "probability"]
    assert (row["value"], row["falls"], row["n"]) == (0.0, 1, 100)
    # With a share p of late ones: (2p - 1) / 2p above 1/2, (2p - 1) / (2 - 2p) below; p +- 0.1.
    assert row["high"] == pytest.approx(1 / 6, abs=0.03) and row["low"] == pytest.approx(
        -1 / 6, abs=0.03
    )
    for empty in (("obstacle", "choice"), ("wall", "probability")):
        assert table.loc[empty, ["value", "low", "high"]].isna().all()
        assert table.loc[empty, "falls"] == 0


def test_same_arguments_same_numbers(scenes, model):
    tables, again = (scan(model, scenes.windows(0.0), scenes.fronts, RTGS, 1) for _ in range(2))
    for one, two in zip(tables, again, strict=True):
        pd.testing.assert_frame_equal(one, two)
