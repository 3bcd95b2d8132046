from pathlib import Path

import figure_tables as tables
import grimp
import pandas as pd
import pytest
import yaml
from figure_tables import NAMES, chosen

from dtlens.base.files import write_csv
from dtlens.report.arms import CONDITIONS, TITLES, cells_by_arm
from dtlens.report.figures import (
    composition,
    grid,
    learning_curve,
    of_claims,
    of_study,
    over_time,
    roles,
    rtg_histogram,
)
from dtlens.report.figures.style import new_figure

RUNS = ["1L-16d-2h-1k-index-ours-r1-ours-s1-w0", "1L-16d-2h-1k-index-ours-r1-ours-s1-w1"]


def titles(figure):
    return [panel.get_title() for panel in figure.axes]


def labels(figure):
    (legend,) = figure.legends
    return [text.get_text() for text in legend.get_texts()]


def test_grid_has_a_row_for_each_measure_with_an_interval_and_a_column_for_the_seeds():
    cells, seeds = tables.grid(), tables.seeds()
    figure = grid.page(cells, seeds)
    last = "the study's cell,\n2 models of our recipe"
    assert titles(figure) == ["context 1", "context 3", last, *[""] * 3]
    assert figure.get_suptitle().startswith(
        "8 models of 8 shapes, 2 million predictions each (right: 3 million"
    )
    assert [panel.get_ylabel() for panel in figure.axes] == [
        *("calibration\nerror", "", ""),
        *("mean return\nat 0.9", "", ""),
    ]
    assert [panel.get_xlabel() for panel in figure.axes] == ["", "", "", "width", "width", ""]
    error = figure.axes[1].containers[1].lines[0].get_ydata().tolist()
    of_cell = cells[(cells["context"] == 3) & (cells["layers"] == 1)]
    assert error == of_cell["error"].tolist()
    most = seeds[seeds["share"] == ""]
    shown = [container.lines[0].get_ydata()[0] for container in figure.axes[5].containers]
    assert shown == most["return_at_0.9"].tolist()
    assert len({panel.get_ylim() for panel in figure.axes[:3]}) == 1
    assert len({panel.get_ylim() for panel in figure.axes[3:]}) == 1
    assert set(labels(figure)) == {"the study's cell", "layers 0, heads 2", "layers 1, heads 2"}


def test_composition_has_a_panel_for_each_path_and_takes_sizes_from_the_names():
    table = tables.composition()
    figure = composition.page(table)
    assert titles(figure) == ["head to query", "head to key", "head to value", "to the MLP"]
    assert figure.get_suptitle().startswith("4 cells of two layers")
    assert labels(figure) == ["context 1", "context 3"]
    for panel, path in zip(figure.axes, ("Q", "K", "V", "MLP"), strict=True):
        shown = [points.get_offsets()[0, 1] for points in panel.collections]
        assert shown == chosen(table, path=path)
        assert [tick.get_text() for tick in panel.get_xticklabels()] == ["16", "32"]


def test_composition_without_deeper_cells_is_an_empty_page():
    figure = composition.page(tables.composition()[:0])
    assert len(figure.axes) == 4 and not figure.legends


def test_roles_have_a_panel_for_each_refusal_a_row_a_model_and_heads_by_role():
    table = tables.roles()
    figure = roles.page(table)
    assert titles(figure) == [
        *("obstacle refusal", "wall refusal"),
        *("goal refusal\nfrom top", "goal refusal\nfrom left"),
    ]
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    study = "the study's recipe (n = 2)   r1 s1"
    assert names == ["the study's model (n = 1)   ", study, "r2 s1"]
    components = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert components == ["obstacle\nhead", "other\nhead", "MLP"]
    last = table[table["behaviour"] == "goal_refusal_from_left"]
    own = chosen(last, cell=NAMES[1])
    parts = {text.get_position(): text.get_text() for text in figure.axes[3].texts}
    # The other head, L0H0, stands second.
    assert [parts[x, 2] for x in range(3)] == [f"{own[i] / 100:.2f}" for i in (1, 0, 2)]


def test_the_chosen_head_is_framed_and_its_runner_up_dotted():
    table = tables.roles()
    axes = roles.draw(
        table[table["behaviour"] == "wall_refusal"].query("arm == 'study'"),
        new_figure(1, 1, 3, 2)[1][0],
    )
    frames = [(frame.get_linestyle(), frame.get_x(), frame.get_y()) for frame in axes.patches]
    places = {style: [] for style in (":", "-")}
    for style, x, y in frames:
        places[style].append((round(x + 0.46), round(y + 0.44)))
    assert places == {":": [(0, 0), (0, 1)], "-": [(1, 0), (1, 1)]}


def test_over_time_has_skill_strength_and_localisation_and_a_line_a_run():
    table = tables.over_time()
    later = table.assign(value=table["value"] + 100)
    figure = over_time.page(dict(zip(RUNS, (table, later), strict=True)))
    assert titles(figure) == [
        *("mean return, told 0.9", "calibration error"),
        "strength of\nwall refusal",
        "top component's share in\nwall refusal",
    ]
    assert labels(figure) == ["weight decay 0 (1 run)", "weight decay 1 (1 run)"]
    assert figure.axes[0].get_ylim() == (-1.1, 1.1) and figure.axes[1].get_ylim()[0] == 0
    assert {panel.get_xlim() for panel in figure.axes} == {(90, 1600)}
    shown = [line.get_xydata().tolist() for line in figure.axes[2].lines]
    first, last = chosen(table, measure="strength")
    assert shown == [[[100, first + more], [1000, last + more]] for more in (0, 100)]


def test_runs_are_marked_where_they_reach_the_threshold_or_as_never_at_the_edge():
    steps = {"step": [10, 100, 1000] * 3, "cell": ["a"] * 3 + ["b"] * 3 + ["c"] * 3}
    values = [0.1, 0.8, 0.9, 0.2, 0.3, 0.4, None, None, None]
    table = pd.DataFrame(steps | {"value": values, "weight_decay": 0.0})
    axes = over_time.draw(table, new_figure(1, 1, 3, 2)[1][0], 0.75)
    marked = [line for line in axes.lines if len(line.get_xdata()) == 1]
    points = {line.get_marker(): [] for line in marked}
    for line in marked:
        points[line.get_marker()].append(line.get_xydata()[0].tolist())
    assert points == {"o": [[100, 0.8]], "x": [[1350, 0.4], [1350, 0]]}
    assert [text.get_text() for text in axes.texts] == ["never: 2"]


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
    assert "“ours”, 2 runs" in ours and "“study”, 1 run" in study


def sweep(recipe, optimisation, **others):
    base = {"model": ["1L-16d-2h-1k"], "encoding": ["index"], "recipe": [recipe]}
    base |= {"run": ["r1", "r2"], "optimisation": [optimisation], "seed": ["s1"]}
    return base | {"predictions": 1, "episodes": 2} | others


SECTIONS = {
    "agents": {"recipe": ["ours", "study"], "run": ["r1", "r2"]},
    "environment": {"id": "MiniGrid-Dynamic-Obstacles-8x8-v0", "max_steps": 300},
    "over_time": sweep("ours", "ours", run=["r1"], weight_decay=["w0", "w1"], points=3),
}
LINES = {
    f"1L-16d-2h-1k-{encoding}-{data}-{run}-{training}-s1": {
        **{"data": f"{data}-{run}", "training": training},
        **{"predictions": 1, "episodes": 2},
    }
    for data, training, encoding in CONDITIONS.values()
    for run in ("r1", "r2")
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The pages that the stages of figures would save, by their names."""
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(tmp_path_factory.mktemp("study"))
        write_tables()
        saved = {}
        for stage in (of_study, of_claims):
            patched.setattr(stage, "save", lambda figure, stem: saved.update({stem: figure}))
            stage.main()
    assert {stem.parent for stem in saved} == {Path("results/figures")}
    return {stem.name: figure for stem, figure in saved.items()}


def write_tables():
    """All that the stages read, and a run that params.yaml does not name."""
    Path("params.yaml").write_text(yaml.safe_dump(SECTIONS))
    Path("models.yaml").write_text(yaml.safe_dump({"analysed": LINES, "models": LINES}))
    for run in ("ours-r1", "ours-r2", "study-r1", "study-r2"):
        write_csv(Path(f"results/agents/{run}/learning_curve.csv"), tables.learning_curve())
        histogram = tables.rtg_histogram()
        write_csv(Path(f"results/agents/{run}/rtg_histogram.csv"), histogram)
    for name in ("grid", "seeds", "composition", "claims", "effects"):
        write_csv(Path(f"results/{name}.csv"), getattr(tables, name)())
    left_over = "1L-16d-2h-1k-index-ours-r1-ours-s9-w0"
    for name in (*RUNS, left_over):
        write_csv(Path(f"results/over_time/{name}.csv"), tables.over_time())
    arms = cells_by_arm()
    of_one = tables.roles().query("arm == 'post'")
    found = [
        of_one.assign(arm=arm, cell=cell.name, run=cell.run, seed=cell.seed)
        for arm, cells in arms.items()
        for cell in cells
    ]
    write_csv(Path("results/roles.csv"), pd.concat(found))
    kinds = ["training", "calibration", "sampled", "ablation", "attribution"]
    kinds += [f"circuits/{of}" for of in ("scan", "maps", "attention")]
    kinds += [f"circuits/{of}_embedding" for of in ("rtg", "time")]
    kinds += [f"interventions/{of}" for of in ("patching", "paths")]
    for kind in kinds:
        of = kind.rpartition("/")[2].replace("sampled", "calibration")
        table = tables.by_index(getattr(tables, of)())
        for cell in (cell.name for cells in arms.values() for cell in cells):
            write_csv(Path(f"results/models/{cell}/{kind}.csv"), table)


def test_every_page_is_drawn_of_the_models_that_params_name(drawn):
    assert sorted(drawn) == sorted(
        [
            *("learning_curve", "rtg_histogram", "game", "training_curves", "grid", "composition"),
            *("roles", "over_time", "calibration", "ablation", "attribution", "scan"),
            *("state_maps", "qk_maps", "ov_maps", "attention_by_front", "embeddings"),
            *("patching", "paths", "claims", "statements", "effects"),
        ]
    )
    assert labels(drawn["over_time"]) == ["weight decay 0 (1 run)", "weight decay 1 (1 run)"]
    assert "2 million predictions each" in drawn["grid"].get_suptitle()
    five = [f"{TITLES[arm]}\n(2 models)" for arm in cells_by_arm()]
    assert len(five) == 5
    for page in ("training_curves", "calibration"):
        assert titles(drawn[page])[:5] == five
    for page in ("ablation", "attribution", "scan", "attention_by_front", "patching", "paths"):
        assert [title for title in titles(drawn[page]) if title] == five[:3]


def test_heads_are_named_by_their_models_roles(drawn):
    """Of all models here it is the second head that refuses obstacles."""
    table = tables.attribution()
    line = next(
        line for line in drawn["attribution"].axes[0].lines if line.get_label() == "obstacle head"
    )
    assert line.get_ydata().tolist() == chosen(table, rtg=-1.0, component="obstacle head")


def test_figures_read_tables_and_import_no_analysis():
    imports = grimp.build_graph("dtlens", cache_dir=None)
    figures = {name for name in imports.modules if name.startswith("dtlens.report.figures.")}
    known = {name for figure in figures for name in imports.find_upstream_modules(figure)}
    settings = {"dtlens.agents.settings", "dtlens.analysis.over_time.settings"}
    packages = ("dtlens.base.", "dtlens.env.", "dtlens.report.figures.")
    names = {name for name in known if name.count(".") > 1 and not name.startswith(packages)}
    lists = {"dtlens.model.cell", "dtlens.model.sweeps", "dtlens.model.sheet", "dtlens.report.arms"}
    assert names == settings | lists


def test_every_weight_decay_has_its_colour():
    _, (axes,) = new_figure(1, 1, 4, 3)
    table = tables.rows(step=[100, 1000], weight_decay=[0.0, 1e-05, 0.1, 1.0, 2.0, 5.0])
    names = "1L-16d-2h-1k-index-s1-w" + table["weight_decay"].astype(str)
    over_time.draw(table.assign(cell=names), axes)
    assert len({line.get_color() for line in axes.lines}) == 6
    assert axes.lines[1].get_label() == "weight decay 1e-05 (1 run)"
