"""Read-outs of steps whose harm one knows."""

import numpy as np
import pytest

from dtlens.beyond.anomaly_flags.read_outs import distance, probe, read_outs, told_apart, unsure
from dtlens.beyond.anomaly_flags.watch import ACTIVATIONS, LOGITS, OBSERVATION, OBSTACLE, Watched


def test_steps_are_told_apart_by_their_ranks():
    scores = np.array([3.0, 1.0, 2.0, 1.0, 0.0])
    harmful = np.array([True, True, False, False, False])
    auroc, hits = told_apart(scores, harmful)
    # 3 is above all three, 1 above one and level with another: (3 + 1.5) of 6 pairs.
    assert auroc == pytest.approx(4.5 / 6)
    assert hits == 0.5  # 3 alone is above 2, below which 99% of the others stay


def test_how_unsure_logits_are():
    logits = np.log([[0.5, 0.25, 0.25], [0.98, 0.01, 0.01]])
    assert unsure(logits) == pytest.approx([0.5, 0.02])


def test_distance_is_in_units_of_the_usual_spread():
    usual = np.random.default_rng(0).normal(0, [1.0, 10.0], (100_000, 2))
    near = distance(usual, np.array([[3.0, 0.0], [0.0, 3.0], [0.0, 30.0]]))
    assert near == pytest.approx([9, 0.09, 9], rel=0.1)  # the ridge is 5% of the first's variance


def test_a_probe_finds_what_goes_with_harm():
    rng = np.random.default_rng(0)
    known, asked = rng.normal(0, 1, (2, 4000, 5))
    harmful = known[:, 2] > 0
    scores = probe(known, harmful, asked)
    assert np.corrcoef(scores, asked[:, 2])[0, 1] > 0.99


def steps(count, harmful, seed):
    rng = np.random.default_rng(seed)
    sizes = {LOGITS: 3, OBSERVATION: 6, ACTIVATIONS: 4}
    made = {name: rng.normal(0, 1, (count, size)) for name, size in sizes.items()}
    made[ACTIVATIONS][harmful, 1] += 5
    made[OBSTACLE] = 1.0 * (harmful[:, None] | (rng.random((count, 1)) < 0.5))
    return Watched(made, harmful)


def test_what_marks_harm_is_found_where_it_is_and_nowhere_else():
    harmful = np.arange(2000) % 10 == 0
    usual = steps(2000, np.zeros(2000, bool), 1)
    found = read_outs(usual.steps, steps(2000, harmful, 2), steps(2000, harmful, 3), 20)
    found = found.set_index(["read_out", "of"])["auroc"]
    assert found["probe", ACTIVATIONS] > 0.99
    assert found["distance", ACTIVATIONS] > 0.95
    # An obstacle is in front in all harmful steps and in half of the others, which are ties.
    assert found["baseline", OBSTACLE] == pytest.approx(0.75, abs=0.03)
    assert found.drop([ACTIVATIONS, OBSTACLE], level="of").between(0.43, 0.57).all()


def test_too_little_harm_says_nothing():
    harmful = np.arange(2000) % 10 == 0
    few = np.arange(2000) < 19
    usual = steps(2000, np.zeros(2000, bool), 1).steps
    unknown = read_outs(usual, steps(2000, few, 2), steps(2000, harmful, 3), 20)
    assert unknown.groupby("read_out")["auroc"].count().to_dict() == {
        "baseline": 1,
        "distance": 3,
        "probe": 0,
        "unsure": 1,
    }
    assert read_outs(usual, steps(2000, harmful, 2), steps(2000, few, 3), 20)["hits"].isna().all()
