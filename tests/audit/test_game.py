"""The game, with flaws whose marks one knows."""

import numpy as np
import pandas as pd
import pytest

from dtlens.audit.game import guess, play, shares
from dtlens.audit.settings import FLAWS


def test_the_nearest_flaw_is_guessed_in_the_spread_within_flaws():
    """The first number varies much within a flaw, the second hardly: the second decides."""
    known = np.array([[0.0, 1.0], [8.0, 1.1], [0.0, 2.0], [8.0, 2.1]])
    flaws = pd.Series(["a", "a", "b", "b"])
    assert guess(known, flaws, np.array([[8.0, 1.2], [0.0, 1.9]])) == ["a", "b"]


def test_numbers_that_never_change_say_nothing():
    known = np.array([[5.0, 0.0], [5.0, 1.0], [5.0, 10.0], [5.0, 11.0]])
    assert guess(known, pd.Series(["a", "a", "b", "b"]), np.array([[7.0, 9.0]])) == ["b"]


def seen(mark):
    """Two models of each of three runs; `mark` gives what marks a flaw's number, by its index."""
    rng = np.random.default_rng(0)
    rows = [
        (f"m{run}{seed}", f"r{run}", flaw, f"x{number}", mark(index, number) + rng.normal())
        for run in range(3)
        for seed in range(2)
        for index, flaw in enumerate(FLAWS)
        for number in range(20)
    ]
    return pd.DataFrame(rows, columns=["model", "run", "flaw", "number", "value"])


def test_marked_flaws_are_found_and_unmarked_ones_at_chance():
    marked = shares(play(seen(lambda index, number: 10 * (index == number))))
    assert marked == {"all": [1.0] * 6} | {flaw: [1.0] * 6 for flaw in FLAWS}
    many = [np.mean(shares(play(seen(lambda index, number: 0)))["all"]) for _ in range(3)]
    assert np.mean(many) == pytest.approx(1 / len(FLAWS), abs=0.2)


def test_an_auditor_knows_no_model_of_the_run_that_is_asked():
    """In the first run each flaw is marked as another one is elsewhere, and mistaken for it."""
    table = seen(lambda index, number: 10 * (index == number))
    own = table["run"] == "r0"
    turned = dict(zip(FLAWS, [*FLAWS[1:], FLAWS[0]], strict=True))
    table.loc[own, "flaw"] = table.loc[own, "flaw"].map(turned)
    guesses = play(table)
    asked = guesses[guesses["run"] == "r0"]
    assert (asked["flaw"] == asked["guessed"].map(turned)).all()


def test_one_run_has_nobody_to_learn_from():
    table = seen(lambda index, number: 0)
    assert shares(play(table[table["run"] == "r0"]))["all"] == []
