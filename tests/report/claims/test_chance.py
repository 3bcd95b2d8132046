"""What untrained models are asked, and how their answers are counted."""

from contextlib import chdir

import pytest

from dtlens.analysis.scenes.build import build
from dtlens.model.transformer import DecisionTransformer
from dtlens.report.arms import STUDYS_CELL
from dtlens.report.claims.chance import tables
from dtlens.report.claims.embeddings import front_cell
from dtlens.report.claims.judge import decisive, judged
from dtlens.report.claims.listed import CLAIMS
from dtlens.report.claims.measures import of_model
from small_params import write_small_params


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """An untrained model's tables."""
    folder = tmp_path_factory.mktemp("chance")
    write_small_params(folder)
    with chdir(folder):
        return tables(DecisionTransformer(STUDYS_CELL, 40), build(), [-1.0, 0.0, 0.25, 0.9])


def test_statements_about_weights_and_scenes_are_asked_and_none_about_play_or_data(asked):
    found = decisive(judged(of_model(CLAIMS, asked), CLAIMS))
    assert set(found["claim"]) == {9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 28}
    assert found["holds"].isin([0, 1]).all()


def test_its_tables_are_as_the_pipelines(asked):
    wall = front_cell(asked, "", "wall", "versus_obstacle")
    apart = front_cell(asked, "", "wall").value - front_cell(asked, "", "obstacle").value
    assert wall.value == pytest.approx(apart, abs=1e-6)
    assert asked.heads["obstacle_refusal"] in ("L0H0", "L0H1")
