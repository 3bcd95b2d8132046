from pathlib import Path

import figure_tables as tables
import grimp
import pandas as pd
import pytest
import yaml
from figure_tables import NAMES, chosen

from dtlens.base.files import write_csv
from dtlens.report.arms import CONDITIONS, TITLES, cells_by_arm
from dtlens.report.claims.evidence import read
from dtlens.report.figures import agents, grid, of_study, roles
from dtlens.report.figures.style import new_figure


def titles(figure):
    return [panel.get_title() for panel in figure.axes]


def labels(figure):
    (legend,) = figure.legends
    return [text.get_text() for text in legend.get_texts()]


def test_grid_has_a_row_for_each_measure_with_an_interval_and_a_column_for_each_context():
    cells = tables.grid()
    figure = grid.page(cells)
    assert titles(figure) == ["context 1", "context 3", "", ""]
    assert figure.get_suptitle().startswith("8 models, 2 million predictions each")
    assert [panel.get_ylabel() for panel in figure.axes] == [
        *("calibration\nerror", ""),
        *("mean return\nat 0.9", ""),
    ]
    assert [panel.get_xlabel() for panel in figure.axes] == ["", "", "width", "width"]
    error = figure.axes[1].containers[1].lines[0].get_ydata().tolist()
    of_cell = cells[(cells["context"] == 3) & (cells["layers"] == 1)]
    assert error == of_cell["error"].tolist()
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim() != figure.axes[2].get_ylim()
    assert set(labels(figure)) == {"the study's cell", "layers 0, heads 2", "layers 1, heads 2"}


def test_roles_have_a_panel_for_each_avoidance_a_row_a_model_and_heads_by_role():
    table = tables.roles()
    figure = roles.page(table)
    assert titles(figure) == [
        *("obstacle avoided", "wall avoided"),
        *("goal avoided\nfrom top", "goal avoided\nfrom left"),
    ]
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    study = "replica (n = 2)   r1 s1"
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


def test_agents_have_a_column_for_each_recipe_learning_above_returns_below():
    curve, histogram = tables.learning_curve(), tables.rtg_histogram()
    runs = ["ours-r1", "ours-r2", "study-r1"]
    figure = agents.page(dict.fromkeys(runs, curve), dict.fromkeys(runs, histogram))
    assert titles(figure) == ["recipe “ours”, 2 runs", "recipe “study”, 1 run", "", ""]
    assert [len(panel.lines) for panel in figure.axes] == [4, 2, 0, 0]
    assert [len(panel.patches) for panel in figure.axes] == [0, 0, 4, 2]


SECTIONS = {
    "agents": {"recipe": ["ours", "study"], "run": ["r1", "r2"]},
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
    """The pages that the stage of figures would save, by their names."""
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(tmp_path_factory.mktemp("study"))
        read.cache_clear()
        write_tables()
        saved = {}
        patched.setattr(of_study, "save", lambda figure, stem: saved.update({stem: figure}))
        of_study.main()
    assert {stem.parent for stem in saved} == {Path("results/figures")}
    return {stem.name: figure for stem, figure in saved.items()}


def write_tables():
    """All that the stage reads, and a run that params.yaml does not name."""
    Path("params.yaml").write_text(yaml.safe_dump(SECTIONS))
    Path("models.yaml").write_text(yaml.safe_dump({"analysed": LINES, "models": LINES}))
    for run in ("ours-r1", "ours-r2", "study-r1", "study-r2"):
        write_csv(Path(f"results/agents/{run}/learning_curve.csv"), tables.learning_curve())
        histogram = tables.rtg_histogram()
        write_csv(Path(f"results/agents/{run}/rtg_histogram.csv"), histogram)
    write_csv(Path("results/grid.csv"), tables.grid())
    measures = tables.measures().drop(columns=["above", "below"])
    write_csv(Path("results/measures.csv"), measures.assign(holds=1.0))
    arms = cells_by_arm()
    of_one = tables.roles().query("arm == 'post'")
    found = [
        of_one.assign(arm=arm, cell=cell.name, run=cell.run, seed=cell.seed)
        for arm, cells in arms.items()
        for cell in cells
    ]
    write_csv(Path("results/roles.csv"), pd.concat(found))
    kinds = ["calibration", "sampled", "ablation", "attribution", "shapley"]
    kinds += [f"circuits/{of}" for of in ("scan", "maps", "attention")]
    kinds += ["interventions/paths"]
    for kind in kinds:
        of = kind.rpartition("/")[2].replace("sampled", "calibration")
        table = tables.by_index(getattr(tables, of)())
        for cell in (cell.name for cells in arms.values() for cell in cells):
            write_csv(Path(f"results/models/{cell}/{kind}.csv"), table)
        write_csv(Path(f"references/post/{kind}.csv"), table)


def test_every_page_is_drawn_of_the_models_that_params_name(drawn):
    assert sorted(drawn) == sorted(
        [
            *("claims", "calibration", "agents", "grid", "roles", "ablation", "attribution"),
            *("scan", "state_maps", "qk_maps", "ov_maps", "attention_by_front", "paths"),
        ]
    )
    assert "2 million predictions each" in drawn["grid"].get_suptitle()
    four = [f"{TITLES['post']}\n(1 model)"]
    four += [f"{TITLES[arm]}\n(2 models)" for arm in ("study", "index", "one_hot")]
    for page in ("calibration", "ablation", "attribution", "scan", "attention_by_front", "paths"):
        assert [title for title in titles(drawn[page]) if title] == four


def test_heads_are_named_by_their_models_roles(drawn):
    """Of all models here it is the second head that refuses obstacles."""
    table = tables.attribution()
    line = next(
        line for line in drawn["attribution"].axes[0].lines if line.get_label() == "obstacle head"
    )
    assert line.get_ydata().tolist() == chosen(table, rtg=-1.0, component="obstacle head")


def test_claims_and_figures_read_tables_and_import_no_analysis_that_computes():
    imports = grimp.build_graph("dtlens", cache_dir=None)
    figures = {name for name in imports.modules if name.startswith("dtlens.report.figures.")}
    stages = {*figures, "dtlens.report.claims.__main__"}
    known = {name for stage in stages for name in imports.find_upstream_modules(stage)}
    packages = ("dtlens.base.", "dtlens.env.", "dtlens.report.")
    names = {name for name in known if name.count(".") > 1 and not name.startswith(packages)}
    settings = {"dtlens.agents.settings", "dtlens.model.cell", "dtlens.model.sheet"}
    heads = {"dtlens.analysis.behaviour.roles", "dtlens.analysis.lens.components"}
    assert names - {"dtlens.analysis.behaviour", "dtlens.analysis.lens"} == settings | heads
