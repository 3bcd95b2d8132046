import numpy as np
import pandas as pd
import pytest

from dtlens.analysis.interventions.patching import COLUMNS, patch, patch_components, shares
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.scenes.pairs import make_pairs
from models import micro_model, random_model, with_null

RTGS = [-1.0, 0.0, 0.9]


def test_shares_by_hand(scenes):
    """At 0.9 the preference is 0.45 + 1.35, at -1 it is -0.5: the effect is 2.3."""
    table = patch_components(with_null(micro_model()), make_pairs(scenes, RTGS, 5, 1), 1)
    table = table[(table["weights"] == "trained") & (table["measure"] == "logit_difference")]
    by_rtg = table[(table["pair"] == "rtg") & (table["front"] == "wall")]
    for rtg, effect in ((0.9, 2.3), (-1.0, -2.3)):
        rows = by_rtg[by_rtg["rtg"] == rtg].set_index(["component", "part"])
        np.testing.assert_allclose(rows["effect"], effect, rtol=1e-5)
        assert rows["value"].drop("L0MLP", level=0).drop("output_random", level=1).to_dict() == (
            pytest.approx(
                {
                    ("RTG token", "token"): 1,
                    ("state token", "token"): 0,
                    ("L0H0", "output"): 1,
                    ("L0H1", "output"): 0,
                    ("L0H0", "pattern"): 0,
                    ("L0H1", "pattern"): 0,
                    ("L0H0", "values"): 1,
                    ("L0H1", "values"): 0,
                    ("L0H0", "output_preference"): 1,
                    ("L0H1", "output_preference"): 0,
                }
            )
        )
        mlp = rows.loc["L0MLP", "value"]
        # The output changes along axis 2, the preference is along axes 1 and 2.
        assert mlp[["output", "output_preference"]].tolist() == pytest.approx([1.35 / 2.3] * 2)
        assert mlp["output_random"] != pytest.approx(1.35 / 2.3)
    front = table[table["pair"] == "front"]
    assert (front["effect"] == 0).all() and set(front["front"]) == set(scenes.fronts[22:])


@pytest.mark.parametrize(("layers", "context"), [(1, 1), (2, 3)])
def test_what_must_be_whole_is_whole(scenes, layers, context):
    """With the same state the RTG token carries everything; with the same RTG, the state token.
    In the last layer, the MLP's part along the preference is the MLP's part."""
    hooked = HookedDecisionTransformer(random_model(layers, context))
    for pairs in make_pairs(scenes, RTGS, 10, 1):
        changes = patch(hooked, pairs, 1)
        of, other = {
            "rtg": ("RTG token", "state token"),
            "front": ("state token", "RTG token"),
        }[pairs.kind]
        assert changes["logit_difference", "whole", "all"].abs().max() > 1e-3
        for measure in ("logit_difference", "probability"):
            effect = changes[measure, "whole", "all"]
            np.testing.assert_allclose(changes[measure, of, "token"], effect, atol=1e-4)
            np.testing.assert_allclose(changes[measure, other, "token"], 0, atol=1e-4)
        last = changes["logit_difference"][f"L{layers - 1}MLP"]
        np.testing.assert_allclose(last["output"], last["output_preference"], atol=1e-4)
        assert (last["output"] - last["output_random"]).abs().max() > 0.01


@pytest.mark.parametrize("encoding", ["index", "one_hot"])
def test_the_table_has_every_component_of_both_models(scenes, encoding):
    table = patch_components(
        with_null(random_model(2, 3, encoding)), make_pairs(scenes, RTGS, 5, 1), 1
    )
    assert list(table.columns) == COLUMNS
    places = table.groupby(["weights", "pair", "rtg", "front", "measure"]).size()
    # Two tokens; of four heads outputs, whole and along two directions, patterns and values; of
    # two MLPs outputs.
    assert (places == 2 + 4 * 5 + 2 * 3).all() and len(places) == 2 * (2 * 5 + 3 * 4) * 2


def test_heads_restore_all_that_the_rtg_moves_in_one_layer(scenes, model):
    """The change of all heads' outputs together is the effect, and each is patched alone: in a
    model whose MLP is off they add up."""
    model.blocks[0].W_out.data.zero_()
    pairs = make_pairs(scenes, RTGS, 10, 1)[0]
    changes = patch(HookedDecisionTransformer(model), pairs, 1)["logit_difference"]
    heads = changes["L0H0", "output"] + changes["L0H1", "output"]
    np.testing.assert_allclose(heads, changes["whole", "all"], atol=1e-5)
    assert changes["whole", "all"].abs().mean() > 0.05


def test_shares_are_ratios_of_means():
    """Changes 1 and 3 of effects 2 and 6, and of fronts a and b: half of it in either."""
    parts = {"whole": [2.0, 6.0, 4.0, 4.0], "L0H0": [1.0, 3.0, 4.0, 2.0]}
    changes = {
        (measure, name, "all" if name == "whole" else "output"): values
        for measure in ("logit_difference", "probability")
        for name, values in parts.items()
    }
    front = pd.Series(["a", "a", "b", "b"])
    table = shares(pd.DataFrame(changes), front, np.random.default_rng(0)).set_index(
        ["measure", "front"]
    )
    assert table.loc[("probability", "a"), ["effect", "value", "low", "high", "n"]].tolist() == (
        [4, 0.5, 0.5, 0.5, 2]
    )
    row = table.loc[("logit_difference", "b")]
    assert (row["low"], row["value"], row["high"]) == (0.5, 0.75, 1.0)


def test_equal_arguments_give_equal_tables_and_no_hook_stays(scenes, model):
    first, second = (
        patch_components(with_null(model), make_pairs(scenes, RTGS, 5, 3), 3) for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, second)


def test_without_layers_there_is_nothing_to_patch(scenes):
    assert patch_components(with_null(random_model(0, 1)), make_pairs(scenes, RTGS, 5, 1), 1).empty
