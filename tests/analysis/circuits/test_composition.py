import numpy as np
import pytest

from dtlens.analysis.circuits.composition import compose, scores
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from models import micro_model, random_model


def test_scores_of_heads_are_those_of_transformer_lens():
    hooked = HookedDecisionTransformer(random_model(2, 3))
    found = scores(hooked)
    for path in "QKV":
        theirs = hooked.bridge.all_composition_scores(path).scores.detach()
        for sender in (0, 1):
            for receiver in (0, 1):
                score = found[f"L0H{sender}", f"L1H{receiver}", path]
                assert score == pytest.approx(float(theirs[0, sender, 1, receiver]), rel=1e-4)


def test_score_by_hand():
    """All that head 0 writes is on axis 1, and that is all that the MLP reads."""
    found = scores(HookedDecisionTransformer(micro_model()))
    assert found["L0H0", "L0MLP", "MLP"] == pytest.approx(1)


def test_only_what_comes_later_reads():
    paths = (
        compose(HookedDecisionTransformer(random_model(2, 3)), 2)
        .set_index(["sender", "receiver"])
        .index.unique()
    )
    assert ("L0MLP", "L1H0") in paths and ("L0H0", "L0MLP") in paths
    assert ("L0MLP", "L0MLP") not in paths and ("L1H0", "L0MLP") not in paths
    assert len(paths) == 4 + 6 + 2 + 1  # heads to heads, to MLPs; an MLP to heads, to an MLP


def test_untrained_models_are_a_null_for_untrained_weights():
    """Weights drawn at random compose by chance, 1 / sqrt(d)."""
    table = compose(HookedDecisionTransformer(random_model(1, 1)), 20)
    assert ((table["low"] <= table["null"]) & (table["null"] <= table["high"])).all()
    np.testing.assert_allclose(table["null"], 1 / 4, atol=0.03)
    assert compose(HookedDecisionTransformer(random_model(0, 1)), 2).empty
