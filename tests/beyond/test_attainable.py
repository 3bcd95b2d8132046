import numpy as np
import pytest

from dtlens.beyond.attainable_returns.attainable import (
    attainable,
    entering_return,
    entering_steps,
    exact_returns,
)
from dtlens.env.world import World, begun, put

RIGHT, DOWN = 0, 1


def test_the_goal_is_11_steps_away_and_each_side_has_its_parity():
    """Five down, a turn, five right need a turn more than five right, a turn, five down."""
    enters = entering_steps(20)
    assert np.flatnonzero(enters[:, DOWN]).tolist() == [11, 13, 15, 17, 19]
    assert np.flatnonzero(enters[:, RIGHT]).tolist() == [12, 14, 16, 18, 20]
    assert not enters[:, 2:].any()  # from within the corner nobody comes


@pytest.mark.parametrize("step", [11, 12, 13])
def test_the_game_itself_pays_as_much(step):
    """Turns first, in pairs, or one down before the way right and then right again."""
    env = put(World(), begun(max_steps=300))
    right, forward, left = 1, 2, 0
    ways = {
        11: [*[forward] * 5, right, *[forward] * 5],
        12: [right, *[forward] * 5, left, *[forward] * 5],
        13: [right, left, *[forward] * 5, right, *[forward] * 5],
    }
    for action in ways[step]:
        _, reward, ended, *_ = env.step(action)
    assert ended
    assert reward == pytest.approx(entering_return(np.array([step]), 300))


def test_what_can_be_returned():
    """Of 14 steps, four enter: 1 - 0.9 * 11 / 14, ..., 0.1."""
    by_hand = [-1, 0, 0.1, 1 - 0.9 * 13 / 14, 1 - 0.9 * 12 / 14, 1 - 0.9 * 11 / 14]
    np.testing.assert_allclose(exact_returns(14), by_hand, atol=1e-9)


def test_the_best_that_can_be_done():
    best = attainable([-1, -0.5, 0, 0.05, 0.1, 0.2, 1], 300).set_index("rtg")
    assert best["episode_error"].round(9).tolist() == [0, 0.5, 0, 0.05, 0, 0.001, 0.033]
    assert best["mean"].round(9).tolist() == [-1, -0.5, 0, 0.05, 0.1, 0.2, 0.967]
    # Half of -1 and 0; half of 0 and 0.1; a third of 0.202 and two of 0.199.
    spread = [0, 0.5, 0, 0.05, 0, 2**0.5 / 1000, 0]
    np.testing.assert_allclose(best["spread"], spread, atol=1e-9)
