"""What data, optimisation and encoding change, by hand."""

import numpy as np
import pandas as pd
import pytest
from rows import claim, rows
from scipy import stats

from dtlens.report.claims.effects import causes, contrasts, effects
from dtlens.report.claims.judge import judged

ARMS = ["index", "study_data", "study_optimisation", "study"]
CLAIMS = [claim(9, a={"above": 0.5}, b={}), claim(10, a={"above": 0.5})]


def found(values: dict[str, list[float]], measure: str = "a", number: int = 9) -> pd.DataFrame:
    """The effects of models of arms, two seeds a run."""
    tables = [rows(measure, numbers, arm, number=number) for arm, numbers in values.items()]
    return effects(judged(pd.concat(tables), CLAIMS))


def test_effects_of_a_design_without_noise():
    """Data adds 3, optimisation 10, both together 100 more: each is half with the other's level."""
    arm = pd.Series(ARMS * 2)
    values = np.array([0.0, 3.0, 10.0, 113.0] * 2)
    (_, data, *_), (_, optimisation, *_), (_, together, *_) = contrasts(arm, values)
    assert data == pytest.approx(((3 - 0) + (113 - 10)) / 2)
    assert optimisation == pytest.approx(((10 - 0) + (113 - 3)) / 2)
    assert together == pytest.approx(100)


def test_an_effects_interval_is_that_of_the_pooled_spread():
    """Four cells of two models, each 1 from its mean: variance 2 with 4 degrees of freedom."""
    arm = pd.Series(ARMS * 2)
    values = np.array([0, 5, 0, 5] * 2) + np.array([1] * 4 + [-1] * 4)
    (_, effect, low, high, n, _), *_ = contrasts(arm, values.astype(float))
    # An effect is the mean of 4 models less that of 4: standard error sqrt(2 * 2 / 4) = 1.
    assert effect == pytest.approx(5)
    assert (high - low) / 2 == pytest.approx(2.776445, abs=1e-5)  # t(0.975, 4)
    assert n == 8


def test_what_is_the_same_in_all_models_has_no_effect():
    """To the last digit: what rounding leaves would have an interval, a p and a spread."""
    arm = pd.Series(np.repeat(ARMS, [6, 3, 3, 6]))
    for _, effect, low, high, _, p in contrasts(arm, np.full(18, 0.1)):
        assert effect == low == high == 0
        assert p == 1


def test_runs_are_the_units_and_the_encoding_is_paired_by_them():
    """Seeds differ by tens, in the same way in both encodings; runs' means by 1 about."""
    table = found(
        {
            "index": [0.0, 20.0, 10.0, 30.0, 20.0, 40.0],
            "one_hot": [1.0, 21.0, 11.2, 31.2, 20.8, 40.8],
        }
    )
    assert table["factor"].tolist() == ["encoding"]
    assert table["value"].item() == pytest.approx(1.0) and table["n"].item() == 3
    assert table["low"].item() > 0.4
    p = stats.ttest_1samp([1.0, 1.2, 0.8], 0).pvalue
    assert table["p"].item() == pytest.approx(p)


def test_only_judged_statements_are_asked_and_all_are_corrected_together():
    noise = np.array([0.1, -0.1] * 4 + [0.2, -0.2])
    values = {arm: list(noise + ("study" in arm) + 0.01 * i) for i, arm in enumerate(ARMS)}
    assert found(values, "b").empty
    both = pd.concat([rows("a", v, arm, number=n) for n in (9, 10) for arm, v in values.items()])
    table = effects(judged(both, CLAIMS))
    assert len(table) == 6 and set(table["claim"]) == {9, 10}
    alone = found(values)
    assert (table["p"].to_numpy()[:3] >= alone["p"].to_numpy() - 1e-12).all()


def test_a_sentence_a_factor_with_what_is_found_or_that_nothing_is():
    noise = [0.01, 0.01, -0.01, -0.01, 0.0, 0.0]
    shift = {"index": 0, "study_data": 1, "study_optimisation": 0, "study": 1}
    moved = [rows("a", [x + shift[arm] for x in noise], arm, number=9) for arm in ARMS]
    still = [rows("a", noise, arm, number=10) for arm in ARMS]
    said = causes(effects(judged(pd.concat(moved + still), CLAIMS)), CLAIMS)
    assert said == [
        "Data: effects in claims 9 (1 of 1); no others found with n = 12 runs.",
        "Optimisation: no effect found with n = 12 runs.",
        "Data and optimisation together: no effect found with n = 12 runs.",
    ]
