import pytest

from dtlens.base.errors import UserError
from dtlens.model.cell import Cell


@pytest.mark.parametrize(
    "name",
    [
        "2L-64d-4h-9k-one_hot-s3",
        "1L-128d-2h-1k-index-ours-r1-study-s1",
        "1L-128d-2h-1k-index-ours-r1-ours-s1-e0",
        "1L-8d-2h-1k-index-s1-w0.5",
        "1L-8d-2h-1k-index-s1-e0.1-w1e-05",
    ],
)
def test_a_cell_is_its_name(name):
    assert Cell.parse(name).name == name


def test_what_a_name_says():
    cell = Cell.parse("2L-64d-4h-9k-one_hot-s3-e0.25-w0")
    assert (cell.layers, cell.width, cell.heads, cell.context) == (2, 64, 4, 9)
    assert (cell.encoding, cell.seed, cell.end_oversampling) == ("one_hot", 3, 0.25)
    assert cell.weight_decay == 0
    assert cell.recipe is cell.run is cell.optimisation is None
    cell = Cell.parse("1L-8d-2h-1k-index-study-r2-ours-s1")
    assert (cell.recipe, cell.run, cell.optimisation) == ("study", 2, "ours")
    assert cell.data == "study-r2"
    assert Cell.parse("0L-32d-2h-1k-index-s0").end_oversampling is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("big", "cells look like"),
        ("1L-128d-2h-1k-index-s1-x2", "cells look like"),
        ("1L-128d-3h-1k-index-s1", "heads = 3 must divide width = 128"),
        ("1L-128d-2h-1k-sparse-s1", "cells look like"),
        ("1L-128d-2h-1k-index-ours-s1", "cells look like"),
        ("1L-128d-2h-0k-index-s1", "context: "),
        ("1L-128d-2h-1k-index-s1-e2", "end_oversampling: "),
    ],
)
def test_a_name_that_is_no_cell_is_refused_in_one_line(name, says):
    with pytest.raises(UserError) as error:
        Cell.parse(name)
    assert says in str(error.value) and "\n" not in str(error.value)


def test_no_two_models_share_their_episodes_under_any_two_settings():
    cells = [Cell.parse(f"1L-8d-2h-1k-index-s{seed}") for seed in range(50)]
    seeds = {cell.own_seed(setting) for cell in cells for setting in range(20)}
    assert len(seeds) == 50 * 20
