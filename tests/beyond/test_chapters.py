"""The chapters say what their tables hold."""

import numpy as np
import pandas as pd
import pytest

from dtlens.beyond.distillation import report as distillation
from dtlens.beyond.drawing import OF_ARMS
from dtlens.beyond.out_of_distribution import report as elsewhere
from dtlens.beyond.text import crossed, number
from dtlens.beyond.training_diversity import report as diversity

ARMS = ["study", "index", "one_hot", "agents_ours"]
EVENTS = ["goal", "obstacle", "at_walls", "in_corner"]


def with_numbers(rows, columns):
    """Each row a value of its own, 0.01, 0.02, ..., 0.02 either side of it its interval."""
    table = pd.DataFrame(rows, columns=columns)
    value = (1 + np.arange(len(table))) / 100
    return table.assign(value=value, low=value - 0.02, high=value + 0.02, n=3)


@pytest.fixture
def rooms():
    kinds = ["trained", "goal off the walls", "no goal", "red obstacles", "eight obstacles"]
    rows = [
        ("play", arm, kind, ablated, event)
        for arm in ARMS
        for kind in kinds
        for ablated in ("none", "heads", "MLP", "heads and MLP")
        for event in EVENTS
    ]
    rows += [
        ("scene", arm, kind, "none", event)
        for arm in ARMS[:3]
        for kind in ("goal in its corner", "goal off the walls", "goal at a wall", "another corner")
        for event in ("state token", "heads", "MLP", "F-R")
    ]
    table = with_numbers(rows, ["evidence", "arm", "kind", "ablated", "event"])
    return table.assign(chance=np.where(table["evidence"] == "play", 0.25, np.nan))


@pytest.fixture
def doses():
    asked = [*diversity.ASKED, ("both", "goal")]
    given = [("ours", 1, 1), ("four", 4, 1), ("anywhere", 35, 1), ("coloured", 1, 3)]
    players = ("model", "agent")
    rows = [(*dose, player, *key) for dose in given for player in players for key in asked]
    table = with_numbers(rows, ["dose", "places", "colours", "player", "kind", "event"])
    return table.assign(more=0.5, more_low=0.4, more_high=0.6)


@pytest.fixture
def alike():
    beside = [
        "its teacher",
        "another teacher",
        "another student",
        "its teacher less another teacher",
    ]
    rows = [(a, b, m) for a in ARMS[:3] for b in beside for m in distillation.MEASURES]
    return with_numbers(rows, ["arm", "beside", "measure"])


def test_a_number_is_its_row_s(alike):
    where = {"arm": "index", "beside": "its teacher", "measure": "agreement"}
    assert number(alike, **where) == "0.25 [0.23, 0.27]"
    assert number(alike, arm="nobody") == "none"


def test_a_table_has_a_row_and_a_column_for_each_name(alike):
    shown = crossed(alike[alike["measure"] == "map"], "beside", "arm", {"index": "ours"})
    head, _, first, *rest = shown.splitlines()
    assert [cell.strip() for cell in head.split("|")[1:-1]] == ["beside", "ours"]
    assert "its teacher" in first
    assert "0.28 [0.26, 0.30]" in first
    assert len(rest) == 3


def test_every_chapter_finds_its_numbers(rooms, doses, alike):
    for write, table in ((elsewhere, rooms), (diversity, doses), (distillation, alike)):
        text = write.chapter(table)
        assert text.startswith("## ")
        assert " none " not in text.replace("| none ", "")
        assert "nan" not in text
    where = {"arm": "index", "kind": "goal off the walls", "event": "goal", "ablated": "none"}
    said = number(rooms[rooms["evidence"] == "play"], **where)
    assert f"reached in {said} of the episodes by our recipe's index" in elsewhere.chapter(rooms)
    assert "35 places, 1 colour " in diversity.chapter(doses)


def drawn(figure, panel, name):
    """The values of a series in a panel, from the top."""
    (shown,) = (bars for bars in figure.axes[panel].containers if bars.get_label() == name)
    return shown.lines[0].get_xdata().tolist()


def test_pages_show_every_mean(rooms, doses, alike):
    figure = elsewhere.page(rooms)
    names = [*list(OF_ARMS)[2:5], "our agents", "random play"]
    assert [bars.get_label() for bars in figure.axes[0].containers] == names
    whole = rooms[(rooms["ablated"] == "none") & (rooms["event"] == "goal")]
    expected = whole[(whole["arm"] == "index") & (whole["evidence"] == "play")]["value"]
    assert drawn(figure, 0, "our recipe, index") == pytest.approx(expected.tolist())
    assert drawn(figure, 0, "random play") == [0.25] * len(expected)
    kinds = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert kinds == list(whole.loc[whole["evidence"] == "play", "kind"].unique())
    assert len(elsewhere.roles_page(rooms).axes) == 8
    order = ["ours", "four", "anywhere", "coloured"]
    of_models = doses[(doses["player"] == "model") & (doses["event"] == "goal")]
    of_models = of_models[of_models["kind"] == "trained"].set_index("dose").loc[order, "value"]
    assert drawn(diversity.page(doses), 0, "model") == pytest.approx(of_models.tolist())
    assert len(distillation.page(alike).axes[0].containers) == 3
