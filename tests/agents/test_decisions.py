"""What agents do by reward-to-go and front, counted by hand."""

import dataclasses

import numpy as np
import pytest

from dtlens.agents.decisions import decisions
from dtlens.env.trajectories import from_log
from logs import make_log


def test_shares_of_actions_by_hand():
    """Three steps with an obstacle in front at target return -1: left, forward, forward; one at
    target return 0.9."""
    views = np.zeros((4, 7, 7, 3), np.uint8)
    views[:, 3, 5, 0] = 6
    log = make_log([0, 0, 0, 1], [0, 0, -1, 0.9], [0, 0, 1, 1], [0, 0, 0, 0], views)
    table = decisions(from_log(dataclasses.replace(log, action=np.uint8([0, 2, 2, 1]))))
    rows = table[table["front"] == "obstacle"].set_index("low")
    low = rows.loc[-1.025]
    assert (low["steps"], low["share"]) == (3, 0.75)
    assert [low["left"], low["right"], low["forward"]] == pytest.approx([1 / 3, 0, 2 / 3])
    assert rows.loc[0.8, "right"] == 1 and rows.loc[0.8, "high"] == 0.9
    assert table["steps"].sum() == 4 and rows.loc[0.025, ["left", "forward"]].isna().all()
