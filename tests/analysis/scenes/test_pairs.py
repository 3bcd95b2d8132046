import torch

from dtlens.analysis.lens.hooked_model import reinitialised
from dtlens.analysis.lens.preferences import MEASURES
from dtlens.analysis.scenes.pairs import make_pairs
from models import random_model


def test_pairs_differ_in_one_thing(scenes):
    pairs = make_pairs(scenes, [-1.0, 0.0, 0.9], 6, 1)
    kinds = [(pair.kind, pair.rtg) for pair in pairs]
    assert kinds == [("rtg", 0.9), ("rtg", -1), ("front", -1), ("front", 0), ("front", 0.9)]
    for pair in pairs:
        clean, corrupted = pair.clean, pair.corrupted
        assert torch.equal(clean.time, corrupted.time)
        changed = (clean.observation != corrupted.observation).any(-1).flatten(1)
        if pair.kind == "rtg":
            assert not changed.any() and len(pair.front) == 5 * 6
            assert (corrupted.rtg == {0.9: -1.0, -1.0: 0.9}[pair.rtg]).all()
        else:
            assert torch.equal(clean.rtg, corrupted.rtg) and len(pair.front) == 4 * 6
            assert (changed.nonzero()[:, 1] == 7 * 3 + 5).all() and changed.any(1).all()
            assert (corrupted.observation[:, 0, 3, 5] == torch.tensor([1, 0, 0])).all()


def test_labels_stay_with_their_scenes(scenes):
    of_goal = {"goal_from_top": 8, "goal_from_left": 8, "wall": 2, "obstacle": 6}
    pair = make_pairs(scenes, [0.9], 6, 1)[-1]
    seen = pair.clean.observation[:, 0, 3, 5, 0].tolist()
    assert seen == [of_goal[front] for front in pair.front]


def test_measures_by_hand():
    logits = torch.tensor([[[9.0, 9, 9], [1.0, 2, 5]]]).log()
    difference, probability = (measure(logits) for measure in MEASURES.values())
    torch.testing.assert_close(difference.exp(), torch.tensor([2.5]))
    torch.testing.assert_close(probability, torch.tensor([5 / 8]))


def test_a_reinitialised_model_is_another_of_the_same_shape():
    model = random_model(1, 1)
    once, again, other = reinitialised(model), reinitialised(model), reinitialised(model, 2)
    assert torch.equal(once.W_state, again.W_state)
    assert not torch.equal(once.W_state, other.W_state)
    assert once.W_state.shape == model.W_state.shape
