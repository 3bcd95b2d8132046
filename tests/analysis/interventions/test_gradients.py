import numpy as np
import pytest

from dtlens.analysis.interventions.gradients import compare, integrated_gradients
from dtlens.analysis.interventions.patching import patch_components
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.scenes.pairs import make_pairs
from models import micro_model, random_model, with_null

RTGS = [-1.0, 0.9]


def test_parts_by_hand_agree_with_patching(scenes):
    """One head carries the whole effect of 2.3; the MLP's output 1.35 of it."""
    model = micro_model()
    table = integrated_gradients(
        HookedDecisionTransformer(model), make_pairs(scenes, RTGS, 5, 1), 1
    )
    rows = table[(table["pair"] == "rtg") & (table["front"] == "wall") & (table["rtg"] == 0.9)]
    rows = rows.set_index("component")
    np.testing.assert_allclose(rows["effect"], 2.3, rtol=1e-5)
    expected = {"RTG token": 1, "state token": 0, "L0H0": 1, "L0H1": 0, "L0MLP": 1.35 / 2.3}
    assert rows["value"].to_dict() == pytest.approx(expected, abs=0.05)
    patched = patch_components(with_null(model), make_pairs(scenes, RTGS, 5, 1), 1)
    both = compare(patched, table).set_index(["pair", "rtg", "front", "component"])
    assert len(both) == len(table)
    mlp = both.loc[("rtg", -1.0, "empty", "L0MLP")]
    assert mlp[["patched", "integrated"]].tolist() == pytest.approx([-1.35] * 2, rel=1e-4)
    assert both.xs(("rtg", -1.0), level=["pair", "rtg"])["rank_correlation"].min() > 0.9


@pytest.mark.parametrize(("layers", "context", "encoding"), [(1, 1, "index"), (2, 3, "one_hot")])
def test_parts_are_complete(scenes, layers, context, encoding):
    """Without the kinks of the MLPs the quadrature is exact: the parts of a cut sum to the effect.
    In one layer the heads carry all that the rtg changes, and not all that the object does."""
    model = random_model(layers, context, encoding)
    for block in model.blocks:
        block.W_out.data.zero_()
        block.W_Q.data.mul_(0.01)  # a saturated softmax is nearly a kink
    table = integrated_gradients(
        HookedDecisionTransformer(model), make_pairs(scenes, RTGS, 4, 1), 1
    )
    assert (table["missing"] < 1e-3).all()
    parts = table.set_index(["pair", "rtg", "front", "component"])["value"].unstack()
    np.testing.assert_allclose(parts["RTG token"] + parts["state token"], 1, atol=1e-3)
    heads = parts["L0H0"] + parts["L0H1"]
    assert np.allclose(heads["rtg"], 1, atol=1e-3) == (layers == 1)
    assert not np.allclose(heads["front"], 1, atol=0.1)


def test_without_layers_there_is_no_component(scenes):
    hooked = HookedDecisionTransformer(random_model(0, 1))
    assert integrated_gradients(hooked, make_pairs(scenes, RTGS, 4, 1), 1).empty
