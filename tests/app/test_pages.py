"""Every page, for every kind of model, without a browser."""

from pathlib import Path

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

import dtlens
from dtlens.app.findings import STATES

APP = Path(dtlens.__file__).parent / "app"
PAGES = sorted(path.stem for path in (APP / "pages").glob("*.py"))
HEADLINE = "1L-16d-2h-1k-index-ours-r1-ours-s1"
WORLD = "agent 3 3 right; goal 6 6 green; ball 4 3 blue; ball 2 5 red"


@pytest.fixture
def opened(project, monkeypatch):
    monkeypatch.chdir(project)

    def open_page(page="play", **address):
        app = AppTest.from_file(str(APP / "main.py"), default_timeout=120)
        app.query_params.update(address)
        app.run()
        return app if page == "play" else app.switch_page(f"pages/{page}.py").run()

    return open_page


def said(app):
    return " ".join(
        element.value for kind in ("markdown", "error", "info") for element in app.get(kind)
    )


@pytest.mark.parametrize(
    "model",
    [HEADLINE, "0L-16d-2h-1k-index-ours-r1-ours-s0", "2L-16d-2h-3k-index-ours-r1-ours-s0"],
)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_every_kind_of_model(opened, page, model):
    app = opened(page, model=model, world=WORLD, actions="LR", at="2", start="4")
    assert not app.exception and not app.error
    assert app.session_state["model"] == model


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_long(page):
    assert len((APP / "pages" / f"{page}.py").read_text().splitlines()) <= 100


def tables(app):
    """The data of the page's quick charts."""
    charts = [chart.proto for chart in app.get("vega_lite_chart")]
    return [pa.ipc.open_stream(chart.data.data).read_pandas() for chart in charts]


def test_the_numbers_of_a_scene_are_the_librarys(opened):
    app = opened(model=HEADLINE, world=WORLD, start="12", rtg="-0.5")
    model = dtlens.load(HEADLINE)
    window = dtlens.window(dtlens.World.parse(WORLD).view(), -0.5, t=12)
    chances, _, parts = tables(app)
    expected = dtlens.choices(model, window)["probability"]
    assert chances["probability"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-6)
    expected = dtlens.contributions(model, window)
    assert parts["component"].tolist() == expected["component"].tolist()
    assert parts["value"].to_numpy() == pytest.approx(expected["value"].to_numpy(), abs=1e-6)


def test_a_button_moves_the_agent_and_the_address_says_so(opened):
    app = opened(world=WORLD)
    app.button[2].click().run()  # turn right
    app.button[0].click().run()
    assert app.query_params["actions"] == "RL"
    assert "step 2, t = 2" in said(app)


def test_the_model_plays_to_the_end(opened):
    app = opened(world=WORLD)
    next(button for button in app.button if button.label == "Model: finish").click().run()
    assert any(end in said(app) for end in ("obstacle", "wall", "time", "goal"))
    game = app.session_state["game"]
    assert game.outcome and not app.exception


def test_what_is_ablated_is_away_in_play(opened):
    whole, without = (
        tables(opened(model=HEADLINE, world=WORLD, ablated=names))[0] for names in ([], ["L0MLP"])
    )
    assert abs(whole["probability"] - without["probability"]).max() > 1e-3


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ({"file": "damaged.pt"}, "damaged.pt: "),
        ({"file": "nothing.pt"}, "nothing.pt: "),
        ({"world": "agent 9 9 up; goal 6 6 green"}, "world: cell (9, 9)"),
        ({"actions": "LX"}, "actions: 'X'"),
        ({"at": "soon"}, "address: "),
    ],
)
def test_what_cannot_be_is_one_line(opened, address, named):
    app = opened(**address)
    (error,) = app.error
    assert named in error.value and "\n" not in error.value and not app.exception


def test_without_models_it_says_what_makes_them(tmp_path, project, monkeypatch):
    (tmp_path / "params.yaml").write_bytes((project / "params.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    app = AppTest.from_file(str(APP / "main.py"), default_timeout=60).run()
    (error,) = app.error
    assert "`./run dvc pull`" in error.value


def test_every_figure_of_the_report_has_its_state():
    figures = Path(dtlens.__file__).parents[2] / "results/figures"
    assert set(STATES) == {path.stem for path in figures.glob("*.png")}


@pytest.mark.parametrize("name", STATES)
def test_a_figures_state_opens(opened, name):
    state = STATES[name]
    address = {"model": HEADLINE, **state.address}
    app = opened(state.page, **address)
    assert not app.exception and not app.error
    told = float(address.get("rtg", "0.9"))
    assert app.session_state["rtg"] == told
    world = str(app.session_state["game"].worlds[0])
    assert world == address.get("world", str(dtlens.Game().worlds[0]))
