"""Verdicts by hand: what intervals, bounds, references and several statements add up to."""

import numpy as np
import pandas as pd
import pytest

from dtlens.report.claims.judge import Claim, Statement, by_claim, judged, numbers
from dtlens.report.claims.measures import COLUMNS
from dtlens.report.claims.readings import readings
from dtlens.report.claims.report import needed, write
from dtlens.report.claims.sensitivity import moved, scaled, sensitivity


def nothing(model, reference):
    raise AssertionError("the numbers of these tests are given")


def claim(number: int = 9, **statements: dict) -> Claim:
    return Claim(
        number,
        f"Claim {number}",
        "so",
        "roles",
        [Statement(name, nothing, **more) for name, more in statements.items()],
    )


def rows(measure: str, values: list[float], arm: str = "study", reference: str = "", number=9):
    """The numbers of so many models of an arm; runs of two seeds each."""
    table = pd.DataFrame({"value": values})
    return table.assign(
        claim=number,
        measure=measure,
        reference=reference,
        arm=arm,
        model=[f"model {i}" for i in range(len(values))],
        run=[f"r{i // 2}" for i in range(len(values))],
        seed=[i % 2 for i in range(len(values))],
        low=table["value"],
        high=table["value"],
        n=1,
        unit="scenes",
    )[COLUMNS]


def own(measure: str, value: float, half: float, number: int = 9):
    """One number of the study's own checkpoint."""
    table = rows(measure, [value], "post", number=number)
    return table.assign(model="", run=None, seed=None, low=value - half, high=value + half, n=100)


def verdict(claims: list[Claim], *tables: pd.DataFrame) -> str:
    found = by_claim(judged(numbers(pd.concat(tables), claims)))
    return found["verdict"].item()


CLOSE, WIDE = [0.5, 0.51, 0.49, 0.5], [0.0, 1.0, 0.2, 0.8]


@pytest.mark.parametrize(
    ("values", "bound", "found"),
    [
        (CLOSE, {"above": 0.4}, "holds"),
        (CLOSE, {"below": 0.6}, "holds"),
        (CLOSE, {"above": 0.4, "below": 0.6}, "holds"),
        (CLOSE, {"above": 0.6}, "does not hold"),
        (CLOSE, {"above": -0.1, "below": 0.1}, "does not hold"),
        (CLOSE, {"above": 0.5}, "undecided"),
        (WIDE, {"above": 0.4}, "undecided"),
        (CLOSE[:2], {"above": 0.4}, "undecided"),
        ([*CLOSE, np.nan], {"above": 0.4}, "undecided"),
    ],
)
def test_the_interval_over_models_decides(values, bound, found):
    assert verdict([claim(a=bound)], rows("a", values)) == found


def test_a_checkpoint_is_judged_by_its_own_interval():
    claims = [claim(a={"above": 0.4})]
    assert verdict(claims, own("a", 0.5, 0.05)) == "holds"
    assert verdict(claims, own("a", 0.3, 0.05)) == "does not hold"
    assert verdict(claims, own("a", 0.38, 0.05)) == "undecided"


def test_one_number_off_by_chance_among_many_does_not_refute_a_claim():
    """Just outside its bound alone, but not after Holm's correction for ten statements."""
    names = [f"s{i}" for i in range(10)]
    claims = [claim(**{name: {"above": 0.4} for name in names})]
    off = own("s0", 0.34, 0.055)
    assert verdict([claim(s0={"above": 0.4})], off) == "does not hold"
    assert verdict(claims, off, *(own(name, 0.5, 0.05) for name in names[1:])) == "undecided"


def test_a_claim_needs_all_its_statements():
    claims = [claim(a={"above": 0.4}, b={"below": 0.4})]
    table = pd.concat([rows("a", CLOSE), rows("b", [0.1, 0.1, 0.1])])
    found = by_claim(judged(numbers(table, claims)))
    assert found[["verdict", "hold", "of"]].to_numpy().tolist() == [["holds", 2, 2]]
    table = pd.concat([rows("a", CLOSE), rows("b", CLOSE)])
    found = by_claim(judged(numbers(table, claims)))
    assert found[["verdict", "hold", "of"]].to_numpy().tolist() == [["does not hold", 1, 2]]


def test_references_of_ablation_must_agree():
    claims = [claim(a={"above": 0.4})]
    same = [rows("a", CLOSE, reference=name) for name in ("mean", "zero", "resample")]
    assert verdict(claims, *same) == "holds"
    off = rows("a", [0.0, 0.01, 0.0], reference="zero")
    assert verdict(claims, same[0], off, same[2]) == "undecided"


def test_described_numbers_and_sampled_play_move_no_verdict():
    claims = [claim(a={"above": 0.4}, b={})]
    sampled = rows("a", [0.0, 0.0, 0.0], reference="sampled")
    table = pd.concat([rows("a", CLOSE), sampled, rows("b", WIDE)])
    found = judged(numbers(table, claims))
    assert found["verdict"].tolist() == ["holds", "", ""]
    assert found["statement"].tolist() == ["holds", "", ""]


@pytest.mark.parametrize(
    ("model", "recipe", "reading"),
    [
        (0.5, CLOSE, "comes back"),
        (0.5, [0.1, 0.1, 0.1], "of that model only"),
        (0.1, CLOSE, "not in that model either"),
        (0.5, WIDE, "undecided"),
        (0.4, CLOSE, "undecided"),
    ],
)
def test_a_reading_follows_from_the_model_and_its_recipe(model, recipe, reading):
    claims, table = [claim(a={"above": 0.4})], pd.concat([own("a", model, 0.01), rows("a", recipe)])
    found = readings(judged(numbers(table, claims)), claims)
    assert found["reading"].tolist() == [reading]


def test_what_can_only_be_asked_of_a_recipe_comes_back_by_that_alone():
    claims = [claim(a={"above": 0.4}), claim(3, b={"above": 0.4})]
    found = readings(judged(numbers(rows("a", CLOSE), claims)), claims)
    assert found["reading"].tolist() == ["comes back", "undecided"]
    assert found["study"].tolist() == ["holds, 1 of 1", "not asked"]
    ours = rows("a", CLOSE, arm="index")
    found = readings(judged(numbers(ours, claims)), claims)
    assert found["reading"].tolist() == ["undecided", "undecided"]


def test_bounds_scale_from_what_they_are_set_against():
    bounds = pd.Series([0.1, 0.0, 0.9, -0.1, np.inf, -np.inf])
    assert scaled(bounds, 0.5).tolist() == [0.05, 0.0, 0.95, -0.05, np.inf, -np.inf]
    np.testing.assert_allclose(scaled(bounds, 1.5)[:4], [0.15, 0.0, 0.85, -0.15])


def test_sensitivity_says_which_choice_a_verdict_hangs_on():
    claims = [claim(a={"above": 0.4})]
    table = pd.concat([rows("a", CLOSE), rows("a", [0.1, 0.1, 0.1], reference="sampled")])
    found = sensitivity(table, claims).set_index("variant")["verdict"]
    assert found["as judged"] == "holds"
    assert found["bounds x 0.5"] == "holds"
    assert found["bounds x 1.5"] == "does not hold"
    assert found["sampled play"] == "does not hold"
    assert found["runs as units"] == "undecided"  # two runs
    changed = moved(sensitivity(table, claims))["variant"].tolist()
    assert changed == ["bounds x 1.5", "sampled play", "runs as units"]


def test_one_reference_alone_can_decide_otherwise():
    claims = [claim(a={"above": 0.4})]
    table = pd.concat(
        [
            rows("a", CLOSE, reference="mean"),
            rows("a", CLOSE, reference="zero"),
            rows("a", [0.1, 0.1, 0.1], reference="resample"),
        ]
    )
    found = sensitivity(table, claims).set_index("variant")["verdict"]
    assert found["as judged"] == "undecided"
    assert found[["mean", "zero", "resample"]].tolist() == ["holds", "holds", "does not hold"]


@pytest.mark.parametrize(
    ("value", "half", "count"),
    # The interval must shrink to the distance: (half / distance)^2 times the 4 units, and one.
    [(0.75, 0.5, 17), (0.5, 0.5, None), (0.51, 0.5, None), (0.75, np.nan, None)],
)
def test_how_many_more_would_decide_is_capped(value, half, count):
    row = {"value": value, "low": value - half, "high": value + half, "n": 4}
    assert needed(row | {"above": 0.5, "below": np.inf}) == count


def test_the_report_has_every_claim_with_its_anchor_numbers_and_reading():
    claims = [claim(a={"above": 0.4}, b={}), Claim(1, "A | fact", "so", "game", [], check=True)]
    table = pd.concat([own("a", 0.5, 0.01), rows("a", CLOSE), rows("b", WIDE)])
    found = judged(numbers(table, claims)).assign(data=np.nan)
    text = write(
        claims, found, readings(found, claims), sensitivity(table, claims), ["The data does."]
    )
    assert "Readings of 1 claims: comes back 1." in text
    assert "| 9 | [Claim 9](#9-claim-9) | comes back | ✓ 1 of 1 | ✓ 1 of 1 |" in text
    assert "## 9. Claim 9" in text
    assert "| a | > 0.4 | ✓ 0.5 [0.49, 0.51] |" in text
    assert "- The data does." in text
    assert "### 1. A | fact" in text
