"""The page and the pages below it say what the tables do."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rows import claim, own, rows

from dtlens.report.claims.effects import effects
from dtlens.report.claims.judge import judged, tally
from dtlens.report.claims.listed import CLAIMS
from dtlens.report.claims.readings import readings
from dtlens.report.claims.report import Found, page, pages
from dtlens.report.claims.sensitivity import sensitivity
from dtlens.report.claims.words import counts, interval, percent, rule, two

GIVEN = [
    claim(5, told={"above": 0.4, "made": True}, other={"above": 0.4}),
    replace(claim(9, a={}), check=True),
]


def found(solves: bool = True) -> Found:
    tables = [own("told", 0.5, number=5), own("other", 0.1, number=5), own("a", 0.3)]
    for arm in ("study", "index"):
        tables += [
            rows("told", [0.5] * 12, arm, number=5),
            rows("other", [0.5] * 12, arm, number=5),
        ]
    table = judged(pd.concat(tables), GIVEN)
    read = readings(tally(table), GIVEN, solves)
    chance = pd.DataFrame({"claim": [5], "measure": ["told"], "k": [60], "n": [200]})
    moved = sensitivity(table, read, GIVEN, solves)
    return Found(table, tally(table), read, moved, effects(table), chance, (6, 9))


def test_the_page_has_a_row_a_claim_with_words_marks_counts_chance_and_a_conclusion():
    text = page(GIVEN[:1], found())
    (row,) = [line for line in text.splitlines() if line.startswith("| 5 |")]
    assert [cell.strip() for cell in row.strip("|").split("|")] == [
        *("5", "[Claim 5](claims/05.md)", '"so"', "✓✗"),
        *("12 of 12 each", "12 of 12 each †", "-", "**30%**, -"),
        "Told comes back; other fails in the study's own model."
        " Untrained models often do as much: told.",
    ]
    assert "Of 2 statements in 1 claims: comes back 1, fails in the study's own model 1." in text
    assert "6 of 9 agents by the replica's recipe solve the game" in text


def test_where_the_replicas_agents_do_not_solve_the_game_nothing_is_read():
    text = page(GIVEN[:1], found(solves=False))
    assert (
        "Other fails in the study's own model; told has no reading." in text
        and "nothing is read" in text
    )
    assert "Nothing is said of causes" in text


def test_a_claims_page_has_every_models_value_and_what_its_readings_hang_on():
    text = pages(GIVEN, found())["05"]
    assert "| told | > 0.4 | ✓ 0.5 [0.49, 0.51] | 12 of 12: 0.5 | 12 of 12: 0.5 |" in text
    values = "; ".join(f"r{run}: 0.5, 0.5" for run in range(1, 7))
    assert f"| told | {values} | {values} |" in text
    assert "- bounds x 1.5: told: fails in the study's own model" in text
    described = pages(GIVEN, found())["09"]
    assert "| a |  | 0.3 [0.29, 0.31] |" in described


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.1234, "0.12"), (842 / 843, "0.999"), (0.99998, "0.99998"), (1, "1"), (-1, "-1"), (0, "0")],
)
def test_no_share_of_less_than_all_is_written_as_all(value, said):
    assert two(value) == said


def test_numbers_have_two_digits():
    assert two(0.0004) == "<0.001" and two(-0.0004) == ">-0.001"
    assert two(1276) == "1276" and two(12.34) == "12" and two(np.nan) == "none"
    assert interval({"value": 0.5, "low": 0.123, "high": 0.789}) == "0.5 [0.12, 0.79]"
    assert interval({"value": 0.5, "low": 0.5, "high": 0.5}) == "0.5"
    assert rule(-0.1, 0.1) == "> -0.1 and < 0.1" and rule(-np.inf, np.inf) == ""


def test_counts_are_in_the_order_of_the_statements():
    assert counts([(6, 6), (4, 6), (6, 6)]) == "6, 4, 6 of 6"
    assert counts([(6, 6), (6, 6)]) == "6 of 6 each"
    assert counts([(6, 6), (1, 1)]) == "6 of 6; 1 of 1" and counts([]) == "-"
    assert percent(0.2) == "20%" and percent(0.21) == "**21%**" and percent(np.nan) == "-"


def test_every_judged_statement_of_several_has_a_name_for_the_sentence():
    for one in CLAIMS:
        names = [statement.short for statement in one.judged]
        assert one.check or len(names) == 1 or (all(names) and len(set(names)) == len(names))
        assert len({statement.measure for statement in one.statements}) == len(one.statements)


def test_the_studys_words_are_quoted_and_nobody_speaks_for_the_authors():
    for one in CLAIMS:
        assert one.words.count('"') % 2 == 0
    text = page(GIVEN[:1], found())
    assert "the authors think" not in text and len(text.splitlines()) <= 150
