import re
import shutil
from pathlib import Path

import pytest
import yaml

from dtlens.base.errors import UserError
from dtlens.model.cell import Cell
from dtlens.model.sheet import read_sheet
from dtlens.params import load_params
from dtlens.report.arms import CONDITIONS, cells_by_arm

ROOT = Path(__file__).parents[2]
FIRST = "1L-128d-2h-1k-index-ours-r1-ours-s1"
OF_GRID = "2L-32d-2h-1k-index-ours-r1-ours-s0"
LINE = {"data": "ours-r1", "training": "ours", "predictions": 3072000, "episodes": 5}


def test_every_model_of_the_sheet_is_a_cell_once():
    sheet = read_sheet(ROOT / "models.yaml")
    cells = sheet.cells + sheet.others
    assert [cell.name for cell in cells] == list(sheet.models)
    assert cells[0] == Cell.parse(FIRST)
    arms = cells_by_arm(sheet)
    assert arms.keys() == CONDITIONS.keys()
    assert arms["index"][0].name == FIRST
    together = [cell for own in arms.values() for cell in own]
    assert len({cell.name for cell in together}) == len(together)


def test_the_grid_is_every_combination():
    grid = [c for c in read_sheet(ROOT / "models.yaml").others if c.layers and c.seed == 0]
    sizes = [len({getattr(c, name) for c in grid}) for name in ("layers", "width", "heads")]
    assert len(grid) == sizes[0] * sizes[1] * sizes[2] * len({c.context for c in grid}) == 36


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("1L-128d-3h-1k-index-ours-r1-ours-s5", {}, "heads = 3 must divide width = 128"),
        ("big", {}, "big is no cell"),
        (FIRST.replace("index", "sparse"), {}, "is no cell"),
        (f"{FIRST[:-1]}01", {}, f"ours-s01 is written {FIRST}"),
        (f"{FIRST[:-1]}\u0663", {}, "is written 1L-128d-2h-1k-index-ours-r1-ours-s3"),
        (f"{FIRST}/2", {}, "is no cell"),
        (f"{FIRST}-e2", {}, "less than or equal to 1"),
        (f"{FIRST}-e0.10", {}, "-e0.10 is written"),
        (f"{FIRST}-w1", {}, "-w1 has a weight decay; that goes into over_time"),
        (f"{FIRST[:-1]}2147483648", {}, "seed: Input should be less than 2147483648"),
        (OF_GRID, {"data": "ours-r2"}, f"{OF_GRID}: data: ours-r2, training: ours are not what"),
        (OF_GRID, {"training": "study"}, "are not what its name says, ours-r1 and ours"),
        (OF_GRID, {"episodes": 1.0}, f"models.{OF_GRID}.episodes: Input should be a valid integer"),
        (OF_GRID, {"colour": 1}, "colour: Extra inputs are not permitted"),
        (FIRST, {"episodes": 6}, f"{FIRST}: stands in models otherwise than in analysed"),
        ("1L-128d-2h-1k-index-ours-r9-ours-s5", {"data": "ours-r9"}, "ours-r9 is none of"),
        (
            "1L-128d-2h-1k-index-ours-r1-theirs-s5",
            {"training": "theirs"},
            "training has no theirs",
        ),
    ],
)
def test_a_wrong_line_is_one_line_that_names_the_model(tmp_path, name, line, says):
    sheet = yaml.safe_load((ROOT / "models.yaml").read_text())
    sheet["models"][name] = LINE | line
    message = refused(tmp_path, sheet)
    assert says in message and name in message


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"2L-128d-2h-1k-index-ours-r1-ours-s1": LINE}, "with 2 heads in 1 layer; others go into"),
        ({"1L-64d-2h-1k-index-ours-r1-ours-s1": LINE}, "compare models of one shape"),
        ({f"{FIRST[:-1]}7": LINE | {"predictions": 1}}, "predictions are not those of"),
        ({}, "analysed: no model of study data by study training, index"),
    ],
)
def test_what_is_compared_is_alike(tmp_path, change, says):
    sheet = yaml.safe_load((ROOT / "models.yaml").read_text())
    if not change:
        for models in sheet.values():
            for name in [name for name in models if re.search("-index-study-r.-study-s", name)]:
                del models[name]
    for models in sheet.values():
        models |= change
    assert says in refused(tmp_path, sheet)


def test_a_model_twice_is_named(tmp_path):
    text = (ROOT / "models.yaml").read_text()
    line = next(line for line in text.splitlines() if OF_GRID in line)
    path = tmp_path / "models.yaml"
    path.write_text(f"{text}{line}\n")
    with pytest.raises(UserError, match=f"models.yaml: {OF_GRID} is there twice"):
        read_sheet(path)


def refused(folder: Path, sheet: dict[str, object]) -> str:
    """What is said of the sheet beside the project's own settings."""
    shutil.copy(ROOT / "params.yaml", folder)
    (folder / "models.yaml").write_text(yaml.safe_dump(sheet, sort_keys=False))
    with pytest.raises(UserError) as error:
        load_params(folder / "params.yaml")
    message = str(error.value)
    assert message.count("models.yaml: ") == 1 and "\n" not in message
    return message
