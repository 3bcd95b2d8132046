"""Wrong shapes and types do not pass the tests."""

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from dtlens.analysis.behaviour.baselines import divergence
from dtlens.env.episodes import Episodes


def test_shapes_are_checked_where_tests_call_the_package():
    logits = np.zeros((5, 3))
    assert divergence(logits, logits).shape == (5,)
    with pytest.raises(TypeCheckError, match="step"):
        divergence(logits, np.zeros((4, 3)))
    with pytest.raises(TypeCheckError, match="length"):
        Episodes(np.zeros(3, np.uint8), np.zeros(3), np.zeros(2, np.int64))
