import pytest
import torch

from dtlens.analysis.lens.preferences import preference, preference_directions, random_directions
from micro import micro_model


def test_preferences_are_differences_of_logits():
    model = micro_model()
    model.W_U.copy_(torch.tensor([[1.0, 2.0, 4.0], [0.0, 5.0, -1.0]]))
    directions = preference_directions(model)
    assert directions["F-R"].tolist() == [2, -6]
    assert directions["R-L"].tolist() == [1, 5]
    logits = torch.tensor([[1.0, 2.0, 4.0], [0.0, 5.0, -1.0]])
    assert preference(logits).tolist() == [2, -6]
    assert preference(logits, "R-L").tolist() == [1, 5]


def test_random_directions_have_the_norm_and_no_preferred_side():
    direction = torch.zeros(100)
    direction[7] = 3
    drawn = random_directions(direction, 4000, 1)
    torch.testing.assert_close(drawn.norm(dim=1), torch.full((4000,), 3.0))
    cosine = drawn[:, 7] / 3
    assert abs(cosine.mean()) < 0.006 and cosine.std() == pytest.approx(0.1, rel=0.05)
    assert torch.equal(drawn, random_directions(direction, 4000, 1))
    assert not torch.equal(drawn, random_directions(direction, 4000, 2))
