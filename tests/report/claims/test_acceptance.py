"""What is promised, and that a run says where it is not so."""

import json
import subprocess

import pandas as pd
import pytest

from dtlens.report.claims.acceptance import is_right, of_table, outside
from dtlens.report.claims.metrics import metrics
from workflow.acceptance import say_what_fails_acceptance

RIGHT = {-1.0: -1.0, 0.0: -0.1, 0.9: 0.95}


def test_returns_as_the_studys_model_has_them_are_right():
    assert is_right(RIGHT)


@pytest.mark.parametrize(("rtg", "value"), [(-1.0, -0.94), (0.0, 0.16), (0.0, -0.16), (0.9, 0.92)])
def test_one_return_out_of_its_bounds_is_not(rtg, value):
    assert not is_right(RIGHT | {rtg: value})


def test_returns_come_from_the_calibration():
    table = pd.DataFrame({"rtg": [-1.0, 0.0, 0.5, 0.9], "mean_return": [-1.0, -0.1, 0.7, 0.95]})
    assert of_table(table) == RIGHT


def test_each_agent_and_model_that_is_not_as_promised_has_a_line():
    lines = outside({"ours-r1": 0.99, "ours-r3": 0.52}, {"a": RIGHT, "b": RIGHT | {0.0: 0.91}})
    assert lines == [
        "ours-r3: the agent reaches the goal in 52.0% of its last episodes, promised 98%",
        "b: returns -1.00 told -1, 0.91 told 0, 0.95 told 0.9;"
        " promised -1.05 to -0.95, -0.15 to 0.15, 0.93 to 1",
    ]


def test_an_agent_of_too_few_episodes_keeps_no_promise():
    assert len(outside({"ours-r1": float("nan")}, {})) == 1


def test_a_run_ends_by_saying_so_in_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    say_what_fails_acceptance()
    assert capsys.readouterr().err == ""
    (tmp_path / "results").mkdir()
    for promise, said in (
        ({"kept": 2, "of": 2}, ""),
        ({"kept": 1, "of": 2, "outside": "b: so"}, "not as promised on this machine: b: so\n"),
    ):
        (tmp_path / "results/headline.json").write_text(json.dumps({"promise": promise}))
        say_what_fails_acceptance()
        assert capsys.readouterr().err == said


def test_the_metrics_are_a_line_on_a_screen(tmp_path, monkeypatch):
    """Of two arms of ours and one of the study's recipe; and `dvc metrics show` has them so."""

    def arm(value):
        return {"returns": {f"told {rtg:g}": {"value": value} for rtg in (-1, 0, 0.9)}}

    measured = {
        "agent": {},
        "models": {"index": arm(0.25), "one_hot": arm(0.75), "study": arm(9.0)},
        "statements": {"comes back": 1, "of that model only": 1, "undecided": 21},
        "promise": {"kept": 14, "of": 15, "outside": "ours-r1: so"},
    }
    found = metrics(measured)
    assert found == {
        **{"as promised": 14, "of": 15, "told -1": 0.5, "told 0": 0.5, "told 0.9": 0.5},
        **{"comes back": 1, "of that model only": 1, "undecided": 21},
    }
    monkeypatch.chdir(tmp_path)
    (tmp_path / "metrics.json").write_text(json.dumps(found))
    (tmp_path / "dvc.yaml").write_text("metrics: [metrics.json]\n")
    for command in (["init", "--no-scm", "--quiet"], ["metrics", "show"]):
        shown = subprocess.run(["dvc", *command], capture_output=True, text=True, check=True).stdout
    names, values = shown.splitlines()
    assert max(map(len, (names, values))) <= 140
    assert "as promised" in names and {"metrics.json", "14", "15", "0.5"} <= set(values.split())
