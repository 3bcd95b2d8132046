import itertools

import numpy as np
import pandas as pd
import pytest
import torch

from dtlens.analysis.behaviour.edits import (
    Ablation,
    Values,
    bank_logits,
    bank_values,
    make_edits,
    play_values,
)
from dtlens.analysis.behaviour.effects import effect_tables, kept_table, shapley_weights
from dtlens.analysis.behaviour.tables import ablation_tables
from dtlens.base.intervals import wilson
from models import micro_model, random_model


def absent(players):
    sizes = range(len(players) + 1)
    return [subset for size in sizes for subset in itertools.combinations(players, size)]


def test_shapley_values_of_the_glove_game():
    """One left glove and two right ones: a pair is worth 1. Left 2/3, each right 1/6."""
    players = ["left", "right", "other right"]
    subsets = absent(players)
    values = [float("left" not in away and len(away) < 2) for away in subsets]
    assert shapley_weights(players, subsets) @ values == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_shapley_values_of_a_game_that_adds_are_its_terms():
    terms = {"a": 1.0, "b": -2.0, "c": 0.5, "d": 3.0}
    subsets = absent(list(terms))
    values = [7 + sum(terms[name] for name in terms if name not in away) for away in subsets]
    weights = shapley_weights(list(terms), subsets)
    assert weights @ values == pytest.approx(list(terms.values()))


def fake_edits(model, *edits):
    """Edits whose names are looked at alone."""
    whole = make_edits(model, {}, [], 1)[0]
    return [whole, *(Ablation(names, reference, whole.model) for names, reference in edits)]


def test_changes_are_paired():
    """Values that differ widely between units, and by 0.25 in each one: the change is certain."""
    edits = fake_edits(random_model(2, 1), (("L0H0",), "mean"))
    whole = np.random.default_rng(1).normal(0, 10, (1, 50))
    values = [Values("testing", "wall", np.stack([whole, whole - 0.25]))]
    table, shapley = effect_tables(edits, values, [0.5], np.random.default_rng(1))
    ablated = table[table["ablated"] == "L0H0"].squeeze()
    assert ablated[["change", "change_low", "change_high"]].tolist() == pytest.approx([-0.25] * 3)
    assert ablated["value"] == pytest.approx(whole.mean() - 0.25)
    assert ablated["high"] - ablated["low"] > 3
    assert ablated["rtg"] == 0.5 and ablated["n"] == 50
    assert len(shapley) == 0 and {"component", "reference", "value", "n"} <= set(shapley)


def test_play_has_wilsons_interval_and_a_paired_change():
    """Of 8 episodes the whole loses the first 2, the ablated model these and 4 more."""
    edits = fake_edits(random_model(2, 1), (("L0H0",), "mean"))
    lost = np.arange(8) < np.array([[2], [6]])
    values = [Values("play", "wall", lost[:, None].astype(float))]
    table, _ = effect_tables(edits, values, [0.9], np.random.default_rng(1))
    whole, ablated = (row for _, row in table.iterrows())
    assert whole[["value", "low", "high"]].tolist() == pytest.approx([0.25, *wilson(2, 8)])
    assert ablated[["value", "low", "high"]].tolist() == pytest.approx([0.75, *wilson(6, 8)])
    assert ablated["change"] == 0.5
    assert 0 < ablated["change_low"] < 0.5 < ablated["change_high"] < 1


@pytest.fixture(scope="module")
def tables(scenes, settings, environment):
    model = random_model(1, 1)
    windows = {rtg: scenes.windows(rtg) for rtg in settings.rtg}
    return ablation_tables(model, windows, scenes.fronts, settings, environment)


def test_shapley_values_sum_to_whole_less_all_ablated(tables):
    effects, shapley = tables
    by = ["reference", "evidence", "event", "rtg"]
    total = shapley.groupby(by)["value"].sum()
    all_ablated = effects[effects["ablated"] == "L0H0+L0H1+L0MLP"].set_index(by)["change"].dropna()
    assert len(total) == 3 * 2 * (2 * 5 + 4) == len(all_ablated)
    assert (total + all_ablated.reindex(total.index)).abs().max() < 1e-9
    assert shapley["value"].abs().max() > 0.05
    assert (shapley["low"] <= shapley["value"]).all() and (
        shapley["value"] <= shapley["high"]
    ).all()


def test_the_table_has_every_subset_reference_and_kind_of_evidence(tables):
    effects, _ = tables
    edits = effects.groupby(["ablated", "reference"])
    assert len(edits) == 1 + 3 * 7 and (edits.size() == 2 * (2 * 5 + 4 + 3)).all()
    n = effects.groupby("evidence")["n"].unique().map(list).to_dict()
    assert n == {"choosing": [11], "testing": [11], "play": [10], "kept": [110]}
    whole = effects[effects["ablated"] == "none"]
    assert set(whole["reference"]) == {"none"}
    assert (whole.loc[whole["evidence"] != "kept", "change"] == 0).all()
    assert whole[whole["evidence"] == "kept"].groupby("event")["value"].unique().to_dict() == {
        "actions": [1],
        "divergence": [0],
        "variance": [1],
    }


def test_of_many_components_no_shapley_values(scenes, settings, environment):
    windows = {rtg: scenes.windows(rtg) for rtg in settings.rtg}
    effects, shapley = ablation_tables(
        random_model(2, 3), windows, scenes.fronts, settings, environment
    )
    assert effects["ablated"].nunique() == 1 + 6 + 2 + 1
    assert shapley.empty
    assert list(shapley) == [
        *("component", "reference", "evidence", "event", "rtg", "value", "low", "high", "n")
    ]


def test_without_components_there_is_the_whole(scenes, settings, environment):
    windows = {rtg: scenes.windows(rtg) for rtg in settings.rtg}
    seen = windows, scenes.fronts, settings, environment
    effects, shapley = ablation_tables(random_model(0, 1), *seen)
    assert set(effects["ablated"]) == {"none"} and shapley.empty


def test_halves_of_each_fronts_scenes():
    """P(forward) is 1/2 in the first half of the walls, 1/3 in the second, and almost 0 else."""
    forward = np.full(8, -99.0)
    fronts = pd.Series(["wall", "empty"] * 4)
    forward[[0, 2]], forward[[4, 6]] = np.log(2), 0
    logits = torch.zeros(1, 1, 8, 3, dtype=torch.float64)
    logits[0, 0, :, 2] = torch.from_numpy(forward)
    means = {(half, front): values.mean() for half, front, values in bank_values(logits, fronts)}
    expected = {("choosing", "wall"): 1 / 2, ("testing", "wall"): 1 / 3}
    others = {("choosing", "empty"): 0, ("testing", "empty"): 0}
    assert means == pytest.approx(expected | others)


def test_kept_by_hand():
    """F-R is -1 and 3 in two scenes, ablated 1 and 3: one action kept, half the variance missed."""
    logits = torch.zeros(2, 1, 2, 3, dtype=torch.float64)
    logits[:, 0, :, 2] = torch.tensor([[-1.0, 3.0], [1.0, 3.0]])
    edits = fake_edits(random_model(1, 1), (("L0H0",), "mean"))
    table = kept_table(edits, logits, [0.9], np.random.default_rng(1))
    values = table[table["ablated"] == "L0H0"].set_index("event")
    p, q = (np.array([1, 1, np.exp(x)]) / (2 + np.exp(x)) for x in (-1, 1))
    expected = {"actions": 1 / 2, "divergence": (p * np.log(p / q)).sum() / 2, "variance": 1 / 2}
    assert values["value"].to_dict() == pytest.approx(expected)
    assert values.loc["actions", ["low", "high"]].tolist() == pytest.approx(wilson(1, 2))
    # Of both scenes twice the same nothing varies; the mean over resamples lies between.
    assert values.loc["divergence", "low"] == 0
    assert values.loc["divergence", "high"] == pytest.approx((p * np.log(p / q)).sum())


def test_in_a_model_known_by_hand_the_parts_are_known(scenes):
    """Head 0 and the MLP in series: forward gains 2 rtg where both are, of which 1.5 need both."""
    seen = {1: scenes.windows(0.0)}
    edits = make_edits(micro_model(), seen, ["zero"], 1)
    forward = bank_logits(edits, {1.0: scenes.windows(1.0)})[..., 2].numpy()
    values = [Values("testing", "F", forward)]
    table, shapley = effect_tables(edits, values, [1.0], np.random.default_rng(1))
    assert table.set_index("ablated")["value"].to_dict() == pytest.approx(
        {
            **{"none": 2, "L0H0": 0, "L0H1": 2, "L0MLP": 0.5, "L0H0+L0H1": 0, "L0H0+L0MLP": 0},
            **{"L0H1+L0MLP": 0.5, "L0H0+L0H1+L0MLP": 0},
        }
    )
    parts = shapley.set_index("component")["value"].to_dict()
    assert parts == pytest.approx({"L0H0": 0.5 + 1.5 / 2, "L0H1": 0, "L0MLP": 1.5 / 2})


def test_every_edit_plays_the_same_episodes(settings, environment):
    """An ablation that changes nothing changes no episode."""
    model = random_model(1, 1)
    with torch.no_grad():
        model.blocks[0].W_O[:8] = 0
    whole = make_edits(model, {}, [], 1)
    pools = {1: {"L0H0": torch.ones(1, 1, 8)}}
    edits = [*whole, Ablation(("L0H0",), "mean", type(whole[0].model)(model, ("L0H0",), pools, 1))]
    for _, _, values in play_values(edits, settings.rtg, settings, environment):
        assert values.shape == (2, 2, 10)
        assert (values[0] == values[1]).all()
