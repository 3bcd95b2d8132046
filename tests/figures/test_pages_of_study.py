from pathlib import Path

import figure_tables as tables
import grimp
import pytest
import yaml
from figure_tables import chosen

from dtlens.base.files import write_csv
from dtlens.figures import (
    composition,
    grid,
    learning_curve,
    of_study,
    over_time,
    roles,
    rtg_histogram,
)

RUNS = ["1L-16d-2h-1k-index-ours-r1-ours-s1-w0", "1L-16d-2h-1k-index-ours-r1-ours-s1-w1"]


def titles(figure):
    return [panel.get_title() for panel in figure.axes]


def labels(figure):
    (legend,) = figure.legends
    return [text.get_text() for text in legend.get_texts()]


def test_grid_has_a_row_for_each_measure_with_an_interval_and_a_column_for_the_seeds():
    cells, seeds = tables.grid(), tables.seeds()
    figure = grid.page(cells, seeds)
    assert titles(figure) == ["context 1", "context 3", "headline cell, a point a seed", *[""] * 3]
    assert [panel.get_ylabel() for panel in figure.axes] == [
        *("calibration\nerror", "", ""),
        *("mean return\nat 0.9", "", ""),
    ]
    assert [panel.get_xlabel() for panel in figure.axes] == ["", "", "", "width", "width", ""]
    error = figure.axes[1].containers[1].lines[0].get_ydata().tolist()
    of_cell = cells[(cells["context"] == 3) & (cells["layers"] == 1)]
    assert error == of_cell["error"].tolist()
    most = seeds[seeds["end_oversampling"] == 0.3]
    shown = [container.lines[0].get_ydata()[0] for container in figure.axes[5].containers]
    assert shown == most["return_at_0.9"].tolist()
    assert len({panel.get_ylim() for panel in figure.axes[:3]}) == 1
    assert {panel.get_ylim() for panel in figure.axes[3:]} == {(-1.1, 1.1)}
    assert labels(figure) == ["layers 0, heads 2", "layers 1, heads 2"]


def test_composition_has_a_panel_for_each_path_and_takes_sizes_from_the_names():
    table = tables.composition()
    figure = composition.page(table)
    assert titles(figure) == ["head to query", "head to key", "head to value", "to the MLP"]
    assert labels(figure) == ["context 1", "context 3"]
    for panel, path in zip(figure.axes, ("Q", "K", "V", "MLP"), strict=True):
        shown = [points.get_offsets()[0, 1] for points in panel.collections]
        assert shown == chosen(table, path=path)
        assert [tick.get_text() for tick in panel.get_xticklabels()] == ["16", "32"]


def test_composition_without_deeper_cells_is_an_empty_page():
    figure = composition.page(tables.composition()[:0])
    assert len(figure.axes) == 4 and not figure.legends


def test_roles_have_a_panel_for_each_encoding_and_behaviour():
    table = tables.roles()
    figure = roles.page(table)
    assert titles(figure) == ["wall refusal", "rtg switching", "", ""]
    said = [panel.get_ylabel() for panel in figure.axes]
    assert said == ["index\nseed", "", "one_hot\nseed", ""]
    last = table[(table["encoding"] == "one_hot") & (table["behaviour"] == "rtg_switching")]
    written = [text.get_text() for text in figure.axes[3].texts]
    parts = [f"{part:.2f}" for part in last["part"]]
    assert written == ["0.50", *parts[:2], "0.50", *parts[2:]]


def test_over_time_has_a_panel_for_each_measure_but_parts_and_a_line_a_run():
    table = tables.over_time()
    later = table.assign(value=table["value"] + 100)
    figure = over_time.page(dict(zip(RUNS, (table, later), strict=True)))
    assert titles(figure) == ["return: -1", "error: all target RTGs", "strength: wall refusal"]
    assert labels(figure) == ["weight decay 0, seed 1", "weight decay 1, seed 1"]
    assert figure.axes[0].get_ylim() == (-1.1, 1.1) and figure.axes[1].get_ylim()[0] == 0
    assert {panel.get_xlim() for panel in figure.axes} == {(90, 1100)}
    assert {panel.get_xlabel() for panel in figure.axes} == {"training step"}
    shown = [line.get_xydata().tolist() for line in figure.axes[2].lines]
    first, last = chosen(table, measure="strength")
    assert shown == [[[100, first + more], [1000, last + more]] for more in (0, 100)]


def test_a_moment_without_a_value_is_left_out():
    table = tables.over_time()
    table.loc[(table["measure"] == "strength") & (table["step"] == 100), "value"] = None
    figure = over_time.page({RUNS[0]: table})
    assert figure.axes[2].lines[0].get_xdata().tolist() == [1000]


@pytest.mark.parametrize("page", [learning_curve, rtg_histogram])
def test_a_page_has_a_panel_for_each_recipe(page):
    table = getattr(tables, page.__name__.rpartition(".")[2])()
    figure = page.page({"ours-r1": table, "ours-r2": table, "study-r1": table})
    ours, study = titles(figure)
    assert "“ours”, 2 runs" in ours and "“study”, 1 runs" in study


def test_a_run_that_params_do_not_name_is_not_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_csv(Path("results/ppo/ours-r1.csv"), tables.learning_curve())
    write_csv(Path("results/trajectories/ours-r1/rtg_histogram.csv"), tables.rtg_histogram())
    for name in ("grid", "seeds", "composition", "roles"):
        write_csv(Path(f"results/{name}.csv"), getattr(tables, name)())
    left_over = "1L-16d-2h-1k-index-ours-r1-ours-s9-w0"
    for name in (*RUNS, left_over):
        write_csv(Path(f"results/over_time/{name}.csv"), tables.over_time())
    agents = {"recipe": ["ours"], "run": ["r1"]}
    model = {"model": ["1L-16d-2h-1k"], "encoding": ["index"], "optimisation": ["ours"]}
    section = agents | model | {"seed": ["s1"], "weight_decay": ["w0", "w1"], "points": 3}
    section |= {"predictions": 1, "episodes": 2}
    Path("params.yaml").write_text(yaml.safe_dump({"agents": agents, "over_time": section}))
    saved = {}
    monkeypatch.setattr(of_study, "save", lambda figure, stem: saved.update({stem: figure}))
    of_study.main()
    assert labels(saved[Path("results/figures/over_time")]) == [
        "weight decay 0, seed 1",
        "weight decay 1, seed 1",
    ]
    assert len(saved) == 6


def test_figures_read_tables_and_import_no_analysis():
    imports = grimp.build_graph("dtlens", cache_dir=None)
    figures = {name for name in imports.modules if name.startswith("dtlens.figures.")}
    known = {name for figure in figures for name in imports.find_upstream_modules(figure)}
    known_rooms = {"base", "figures", "minigrid", "sweeps", "task"}
    names = {name for name in known - {"dtlens"} if name.split(".")[1] not in known_rooms}
    settings = {"dtlens.agents.settings", "dtlens.over_time.settings"}
    assert {name for name in names if name.count(".") > 1} == settings | {"dtlens.model.cell"}
