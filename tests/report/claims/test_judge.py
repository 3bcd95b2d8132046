"""Verdicts and readings by hand: what intervals, bounds, and k of n models add up to."""

import numpy as np
import pandas as pd
import pytest
from rows import claim, own, rows

from dtlens.base.intervals import clopper_pearson
from dtlens.report.claims.judge import Claim, judged, tally
from dtlens.report.claims.readings import concluded, reading, readings
from dtlens.report.claims.sensitivity import scaled, sensitivity

ABOVE = {"above": 0.4}
IN, OUT = 0.5, 0.1


def read(claims: list[Claim], *tables: pd.DataFrame, solves: bool = True) -> pd.DataFrame:
    return readings(tally(judged(pd.concat(tables), claims)), claims, solves)


@pytest.mark.parametrize(
    ("low", "high", "bound", "holds"),
    [
        (0.45, 0.55, {"above": 0.4}, 1),
        (0.45, 0.55, {"above": 0.4, "below": 0.6}, 1),
        (0.45, 0.55, {"above": 0.5}, 0),  # it contains the bound
        (0.45, 0.55, {"below": 0.4}, 0),
        (np.nan, np.nan, {"below": 0.4}, 0),  # no number holds nothing
        (0.45, 0.55, {}, np.nan),
    ],
)
def test_a_statement_holds_in_a_model_if_the_whole_interval_does(low, high, bound, holds):
    table = rows("a", [0.5]).assign(low=low, high=high)
    found = judged(table, [claim(a=bound)])["holds"].item()
    assert found == holds or (np.isnan(found) and np.isnan(holds))


def test_an_arm_is_counted_with_its_exact_interval_and_the_spread_of_its_values():
    table = rows("a", [IN, IN, IN, IN, OUT, np.nan])
    (row,) = tally(judged(table, [claim(a=ABOVE)])).to_dict("records")
    assert (row["k"], row["n"]) == (4, 6)
    assert (row["low"], row["high"]) == clopper_pearson(4, 6)
    assert (row["least"], row["median"], row["greatest"]) == (OUT, IN, IN)


def test_what_is_described_is_not_counted():
    (row,) = tally(judged(rows("a", [IN] * 3), [claim(a={})])).to_dict("records")
    assert np.isnan(row["k"]) and row["n"] == 3 and np.isnan(row["low"])


@pytest.mark.parametrize(
    ("own_holds", "k", "n", "expected"),
    [
        (1, 10, 12, "comes back"),
        (1, 9, 12, "sometimes"),
        (1, 3, 12, "sometimes"),
        (1, 2, 12, "of that model only"),
        (0, 12, 12, "fails in the study's own model"),
        (1, 5, 5, "too few models"),
        (np.nan, 12, 12, "comes back"),
        (np.nan, 2, 12, "does not come back"),
    ],
)
def test_a_reading_follows_from_the_model_and_k_of_n_of_the_replica(own_holds, k, n, expected):
    assert reading(own_holds, *clopper_pearson(k, n), n, solves=True) == expected


def test_agents_that_do_not_solve_the_game_leave_no_reading_but_of_the_model_itself():
    claims = [claim(a=ABOVE, b=ABOVE)]
    tables = [own("a", IN), own("b", OUT), rows("a", [IN] * 12), rows("b", [IN] * 12)]
    found = read(claims, *tables, solves=False)["reading"].tolist()
    assert found == ["no reading", "fails in the study's own model"]


def test_statements_are_read_one_by_one_with_their_counts():
    claims = [claim(a=ABOVE, b=ABOVE, c={})]
    tables = [own("a", IN), own("b", IN), rows("a", [IN] * 12), rows("b", [IN] * 6 + [OUT] * 6)]
    found = read(claims, *tables, rows("a", [OUT] * 3, "index"))
    assert found["measure"].tolist() == ["a", "b"]
    assert found["reading"].tolist() == ["comes back", "sometimes"]
    assert found["study"].tolist() == ["12 of 12", "6 of 12"]
    assert found["index"].tolist() == ["0 of 3", "-"]


def test_ablations_are_read_by_zero_and_play_by_the_likeliest_action():
    claims = [claim(a=ABOVE)]
    off = [rows("a", [OUT] * 12, reference=name) for name in ("mean", "resample", "sampled")]
    for reference in ("zero", ""):
        tables = [own("a", IN, reference=reference), rows("a", [IN] * 12, reference=reference)]
        assert read(claims, *tables, *off)["reading"].tolist() == ["comes back"]


def test_what_is_not_asked_of_the_replica_says_so():
    found = read([claim(a=ABOVE)], own("a", IN), rows("a", [IN] * 12, "index"))
    assert found["reading"].tolist() == ["asked of ours alone"]


def test_a_claim_is_summed_up_in_a_sentence():
    given = claim(a=ABOVE, b=ABOVE, c=ABOVE)

    def said(readings: list[str], chance: dict[str, float]) -> str:
        table = pd.DataFrame({"claim": 9, "measure": list("abc"), "reading": readings})
        return concluded(given, table, chance)

    assert said(["comes back"] * 3, {"a": 0.2}) == "All 3 come back."
    assert said(["comes back", "sometimes", "comes back"], {"a": 0.21}) == (
        "A and c come back; b holds only sometimes. Untrained models often do as much: a."
    )
    always = dict.fromkeys("abc", 0.5)
    assert said(["sometimes"] * 3, always).endswith(" Untrained models often do as much.")


@pytest.mark.parametrize(
    ("bound", "factor", "expected"),
    [(0.1, 0.5, 0.05), (-0.1, 1.5, -0.15), (0.9, 0.5, 0.95), (0.8, 1.5, 0.7), (1.0, 0.5, 1.0)],
)
def test_bounds_move_from_0_or_from_1(bound, factor, expected):
    assert scaled(pd.Series([bound]), factor).item() == pytest.approx(expected)


def moved(claims: list[Claim], *tables: pd.DataFrame) -> set[tuple[str, str]]:
    table = judged(pd.concat(tables), claims)
    usual = readings(tally(table), claims, solves=True)
    found = sensitivity(table, usual, claims, solves=True)
    return set(zip(found["variant"], found["reading"], strict=True))


def test_readings_that_hang_on_a_bound_or_a_reference_are_told():
    claims = [claim(a=ABOVE)]
    tables = [own("a", IN, reference="zero"), rows("a", [IN] * 12, reference="zero")]
    other = [own("a", IN, reference="mean"), rows("a", [OUT] * 12, reference="mean")]
    assert moved(claims, *tables, *other) == {
        ("bounds x 1.5", "fails in the study's own model"),
        ("mean", "of that model only"),
    }


def test_runs_as_units_are_means_over_their_seeds():
    """Of six runs' two models one is far out: no run's mean holds, though half of all models do."""
    claims = [claim(a=ABOVE)]
    assert ("runs as units", "of that model only") in moved(
        claims, own("a", 0.9), rows("a", [0.7, -0.7] * 6)
    )
