"""Verdicts by hand: what intervals, bounds and several statements add up to."""

import numpy as np
import pandas as pd
import pytest

from dtlens.base.files import write_csv
from dtlens.claims.evidence import Model, Results
from dtlens.claims.judge import Claim, Number, Shared, Statement, judge, needed, verdict, verdicts
from dtlens.claims.report import write
from dtlens.model.cell import Cell


@pytest.mark.parametrize(
    ("low", "high", "above", "below", "found"),
    [
        (0.2, 0.4, 0.1, np.inf, "reproduced"),
        (0.2, 0.4, 0.3, np.inf, "inconclusive"),
        (0.2, 0.4, 0.5, np.inf, "contradicted"),
        (0.2, 0.4, -np.inf, 0.5, "reproduced"),
        (0.2, 0.4, 0.1, 0.5, "reproduced"),
        (0.2, 0.4, 0.1, 0.3, "inconclusive"),
        (0.2, 0.4, -0.1, 0.1, "contradicted"),
    ],
)
def test_the_interval_decides(low, high, above, below, found):
    assert verdict(Number(0.3, low, high, 5, "seeds"), above, below) == found


def test_a_number_that_is_none_decides_nothing():
    assert verdict(Number(np.nan, np.nan, np.nan, 0, "seeds"), 0, 1) == "inconclusive"


def model(seed: int, encoding: str = "index") -> Cell:
    return Cell(layers=1, width=4, heads=2, context=1, encoding=encoding, seed=seed)


@pytest.fixture
def results(tmp_path):
    """Two seeds in two encodings; by the ablation table L0H1 is what refuses obstacles."""
    cells = [model(seed, encoding) for encoding in ("index", "one_hot") for seed in (1, 2)]
    for cell in cells:
        value = 0.1 * cell.seed + (cell.encoding == "one_hot")
        write_csv(
            tmp_path / f"numbers/{cell.name}.csv", pd.DataFrame({"of": ["a"], "value": value})
        )
        rows = [
            (component, "none" if component == "none" else "mean", "bank", rtg, event, value)
            for component, obstacle in (("none", 0.0), ("L0H0", 0.1), ("L0H1", 0.7), ("L0MLP", 0.9))
            for rtg in (-1.0, 0.9)
            for event in ("obstacle", "wall", "goal_from_top", "goal_from_left")
            for value in [obstacle if event == "obstacle" else 0.5]
        ]
        columns = ["component", "reference", "evidence", "rtg", "event", "value"]
        write_csv(tmp_path / f"ablation/{cell.name}.csv", pd.DataFrame(rows, columns=columns))
    return Results(tmp_path, cells, "ours-r1", [])


def test_claims_are_judged_by_the_studys_encoding(results):
    def number(model: Model) -> float | None:
        return model.value("numbers", of="a")

    claims = [
        Claim(1, "small", "?", "a.png", [Statement("n", number, below=0.5)]),
        Claim(
            2, "both", "?", "", [Statement("n", number, 0, 0.5), Statement("m", number, 0.9, 1.1)]
        ),
        Claim(
            3,
            "one seed",
            "?",
            "",
            [Statement("n", lambda m: m.cell.seed if m.cell.seed > 1 else None)],
        ),
        Claim(4, "shared", "?", "", [Shared("s", lambda r: Number(2.0, 1.0, 3.0, 7, "runs"), 1.5)]),
    ]
    table = judge(claims, results, np.random.default_rng(0))
    first = table[table["claim"] == 1].set_index("encoding")
    assert first["value"].to_dict() == pytest.approx({"index": 0.15, "one_hot": 1.15})
    assert first.loc["index", ["low", "high"]].tolist() == pytest.approx([0.1, 0.2])
    assert first["verdict"].to_dict() == {"index": "reproduced", "one_hot": "contradicted"}
    assert table.loc[table["claim"] == 3, "n"].tolist() == [1, 1]
    found = verdicts(table)
    assert found.to_dict() == {
        1: "reproduced",
        2: "contradicted",
        3: "reproduced",
        4: "inconclusive",
    }
    report = write(claims, table)
    assert "Of 4 claims: 2 reproduced, 1 contradicted, 1 inconclusive." in report
    assert "| 1 | small | ✓ reproduced | [a.png](a.png) |" in report
    assert "What would decide *s*: about 29 runs would" in report


def test_units_needed_by_hand():
    """Half width 1 with 7 runs, 0.5 from the bound: four times the runs, and one to be inside."""
    row = pd.Series({"value": 2.0, "low": 1.0, "high": 3.0, "n": 7, "above": 1.5, "below": np.inf})
    assert needed(row) == 29
    row["above"] = 2.0
    assert needed(row) is None


def test_a_head_is_named_by_what_it_does(results):
    """The MLP matters most, but it is no head."""
    assert results.models["index"][0].head_of("obstacle_refusal") == "L0H1"
