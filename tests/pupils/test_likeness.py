"""How alike players are that one makes up."""

import numpy as np
import pytest

from dtlens.pupils.likeness import LESS, OTHER, OWN, PUPIL, Seen, compare, likeness


def player(seed, action=0):
    rng = np.random.default_rng(seed)
    return Seen(np.full(40, action), rng.normal(size=40), rng.normal(size=(40, 49)))


def test_a_player_is_wholly_like_itself_and_not_like_chance():
    found = likeness(player(1), player(1))
    assert found == pytest.approx(dict.fromkeys(found, 1.0))
    other = likeness(player(1), player(2, action=1))
    assert other["agreement"] == 0
    assert abs(other["effects"]) < 0.1


def test_who_stands_beside_whom():
    """Each pupil does as its own agent; agents of another recipe stand beside none."""
    agents = {"ours-r1": player(1), "ours-r2": player(2, 1), "study-r1": player(3)}
    runs = {"a": "ours-r1", "b": "ours-r2", "c": "ours-r1"}
    models = {name: agents[run] for name, run in runs.items()}
    table = compare({"index": models}, runs, agents).set_index(["beside", "measure"])
    assert table.loc[(OWN, "agreement"), "value"] == 1
    assert table.loc[(OTHER, "agreement"), "value"] == 0
    assert table.loc[(LESS, "agreement"), ["value", "low", "high", "n"]].tolist() == [1, 1, 1, 3]
    alike = likeness(agents["ours-r1"], agents["ours-r2"])
    assert table.loc[(PUPIL, "effects"), "value"] == pytest.approx(alike["effects"])
