"""What data, optimisation and encoding change, by hand."""

import numpy as np
import pandas as pd
import pytest

from dtlens.report.claims.effects import causes, contrasts, effects
from dtlens.report.claims.judge import Claim, Statement
from dtlens.report.claims.measures import COLUMNS

ARMS = ["ours", "study_data", "study_optimisation", "study"]


def test_effects_of_a_design_without_noise():
    """Data adds 3, optimisation 10, both together 100 more: each is half with the other's level."""
    arm = pd.Series(ARMS * 2)
    values = np.array([0.0, 3.0, 10.0, 113.0] * 2)
    (_, data, *_), (_, optimisation, *_) = contrasts(arm, values)
    assert data == pytest.approx(((3 - 0) + (113 - 10)) / 2)
    assert optimisation == pytest.approx(((10 - 0) + (113 - 3)) / 2)


def test_an_effects_interval_is_that_of_the_pooled_spread():
    """Four cells of two models, each 1 from its mean: variance 2 with 4 degrees of freedom."""
    arm = pd.Series(ARMS * 2)
    values = np.array([0, 5, 0, 5] * 2) + np.array([1] * 4 + [-1] * 4)
    (_, effect, low, high, _, n, spread), _ = contrasts(arm, values.astype(float))
    # An effect is the mean of 4 models less that of 4: standard error sqrt(2 * 2 / 4) = 1.
    assert effect == pytest.approx(5)
    assert spread == pytest.approx(np.sqrt(2))
    assert (high - low) / 2 == pytest.approx(2.776445, abs=1e-5)  # t(0.975, 4)
    assert n == 8


def test_what_is_the_same_in_all_models_has_no_effect():
    """To the last digit: what rounding leaves would have an interval, a p and a spread."""
    arm = pd.Series(np.repeat(ARMS, [6, 3, 3, 6]))
    for _, effect, low, high, p, _, spread in contrasts(arm, np.full(18, 0.1)):
        assert effect == low == high == spread == 0
        assert p == 1


def measured(values: dict[str, list[float]]) -> pd.DataFrame:
    rows = [
        {"arm": arm, "model": f"{arm} {i}", "run": f"r{i // 2}", "seed": i % 2, "value": value}
        for arm, numbers in values.items()
        for i, value in enumerate(numbers)
    ]
    table = pd.DataFrame(rows)
    given = {"claim": 9, "measure": "a", "reference": "", "n": 1, "unit": "scenes"}
    return table.assign(**given, low=table["value"], high=table["value"])[COLUMNS]


def test_encoding_is_paired_by_run_and_seed():
    table = measured({"index": [0.0, 10.0, 20.0, 30.0], "one_hot": [1.0, 11.2, 20.8, 31.0]})
    found = effects(table, "index")
    assert found["factor"].tolist() == ["encoding"]
    assert found["value"].item() == pytest.approx(1.0)
    assert found["low"].item() > 0.5  # though models differ by tens


@pytest.mark.parametrize("encoding", ["index", "one_hot"])
def test_the_design_has_our_models_of_the_studys_encoding(encoding):
    """Data adds 3 and optimisation 10 to what ours of that encoding have: 0, or 100."""
    ours = {"index": [0.0, 1.0], "one_hot": [100.0, 101.0]}
    start = ours[encoding][0]
    added = {"study_data": 3, "study_optimisation": 10, "study": 13}
    others = {arm: [start + more, start + more + 1] for arm, more in added.items()}
    found = effects(measured(ours | others), encoding).set_index("factor")["value"]
    assert found[["data", "optimisation"]].tolist() == pytest.approx([3, 10])
    assert "data" not in effects(measured(others), encoding)["factor"].tolist()


def test_a_pair_counts_whatever_other_arms_have():
    seeds = {"index": [0.0, 10.0, 20.0, 30.0], "one_hot": [1.0, 11.2, 20.8, 31.0]}
    found = effects(measured({**seeds, "study": [5.0]}), "index")
    assert found["n"].item() == 4


def test_a_sentence_for_each_factor_and_for_what_none_makes():
    noise = np.array([0.01, -0.01, 0.0])
    made = {arm: list(noise + ("study" in arm and arm != "study_optimisation")) for arm in ARMS}
    table = pd.concat(
        [measured(made), measured({arm: list(noise) for arm in ARMS}).assign(claim=10)]
    )
    claims = [
        Claim(number, "c", "so", "roles", [Statement("a", lambda m, r: None, above=0.5)])
        for number in (9, 10)
    ]
    said = causes(effects(table, "index"), claims)
    assert said[0].startswith("The data makes")
    assert said[0].endswith("claims 9 (1 of 1).")
    assert "claims 10:" in said[-1]
    assert len(said) == 2
