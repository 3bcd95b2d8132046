"""The command as users type it."""

import io
import re
import socket
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest
import torch

from dtlens.analysis.of_model import calibration
from dtlens.base.files import read_csv
from dtlens.cli import app
from dtlens.library.study_checkpoints import load_any
from dtlens.model.transformer import load_checkpoint
from small_params import write_small_params
from study_files import REAL, study_state


class Ended(NamedTuple):
    """What a command leaves: its status, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments, cwd="."):
    """`dtlens ARGUMENTS`, in this process; as Python does, an error that ends it is said."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    with chdir(cwd), redirect_stdout(out), redirect_stderr(err):
        try:
            app([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = ended.code
    if isinstance(status, str):
        return Ended(1, out.getvalue(), f"{err.getvalue()}{status}\n")
    return Ended(status or 0, out.getvalue(), err.getvalue())


def test_import_writes_our_checkpoint(tmp_path):
    torch.save(study_state(), tmp_path / "study.pt")
    ended = run("import", tmp_path / "study.pt", tmp_path / "new/ours.safetensors")
    assert (ended.returncode, ended.stdout.count("\n")) == (0, 1)
    assert "1L-8d-2h-1k-index-s0" in ended.stdout
    model = load_checkpoint(tmp_path / "new/ours.safetensors")
    torch.testing.assert_close(model.W_U.T, study_state()["action_predictor.weight"])


def test_export_and_import_are_each_others_inverse(tmp_path):
    write_small_params(tmp_path)
    torch.save(study_state(), tmp_path / "study.pt")
    for command in (
        ("import", "study.pt", "a.safetensors"),
        ("export", "a.safetensors", "b.pt"),
        ("import", "b.pt", "c.safetensors"),
    ):
        ended = run(*command, cwd=tmp_path)
        said = re.sub(r"\r[^\r\n]*", "", ended.stderr)  # a bar comes where play takes long
        assert (ended.returncode, said.strip()) == (0, "")
    assert (tmp_path / "c.safetensors").read_bytes() == (tmp_path / "a.safetensors").read_bytes()
    assert (tmp_path / "b.md").read_text().startswith("# 1L-8d-2h-1k-index-s0\n")
    ended = run("export", "1L-8d-2h-1k-index-s7", "b.pt", cwd=tmp_path)
    assert ended.returncode == 1 and "`dvc pull data/dt/1L-8d-2h-1k-index-s7" in ended.stderr


def test_errors_are_one_line(tmp_path):
    ended = run("import", tmp_path / "none.pt", tmp_path / "ours.safetensors")
    assert ended.returncode == 1
    assert ended.stderr == f"error: {tmp_path}/none.pt: no such file\n"
    torch.save(study_state(), tmp_path / "study.pt")
    ended = run("import", tmp_path / "study.pt", tmp_path)  # a folder
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"error: {tmp_path}: cannot be written: ")
    assert ended.stderr.count("\n") == 1
    for file, named in (("none.pt", "no such file"), ("none.safetensors", "no such file")):
        ended = run("analyse", tmp_path / file, tmp_path / "out")
        assert (ended.returncode, ended.stderr) == (1, f"error: {tmp_path}/{file}: {named}\n")


@pytest.mark.skipif(not REAL.exists(), reason="the authors' checkpoint is not on this machine")
def test_analyse_takes_the_authors_checkpoint_apart(tmp_path):
    write_small_params(tmp_path)
    command = [sys.executable, "-c", "from dtlens.cli import app; app()", "analyse", REAL, "out"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 0
    done = re.findall(r"^ +\d+\.\d s  ([\w/]+)\n", ended.stderr, re.MULTILINE)
    assert done[0] == "calibration" and {"attribution", "circuits/scan"} < set(done)
    written = [path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.csv")]
    assert sorted([*done, "claims"]) == sorted(str(path.with_suffix("")) for path in written)
    assert ended.stderr.count("\n") == len(done) and ended.stdout == "out/index.html\n"
    # Of the weights in its own layout: channels first, [3, 5] in front.
    state = torch.load(REAL, weights_only=True)["model_state_dict"]
    left, right, forward = state["action_predictor.weight"]
    directions = torch.stack([forward - right, right - left])
    told = read_csv(tmp_path / "out/circuits/rtg_embedding.csv")
    told = told[told["through"].isna()].set_index("onto")["value"]
    expected = (directions @ state["reward_embedding.0.weight"])[:, 0]
    assert told[["F-R", "R-L"]].tolist() == pytest.approx(expected.tolist(), rel=1e-4)
    front = read_csv(tmp_path / "out/circuits/front_cells.csv")
    front = front[(front["circuit"] == "embedding") & (front["measure"] == "weight")]
    weight = front[front["onto"] == "F-R"].set_index("of")["value"]
    expected = directions[0] @ state["state_embedding.weight"][:, [26, 49 + 26]]
    assert weight[["object", "colour"]].tolist() == pytest.approx(expected.tolist(), rel=1e-4)
    # What the study's model was trained on is not known here.
    assert read_csv(tmp_path / "out/circuits/time_embedding.csv")["share"].isna().all()


def test_a_model_plays_no_longer_than_it_knows(tmp_path, monkeypatch):
    """The random model knows 21 timesteps of the 40 that an episode may last."""
    write_small_params(tmp_path)
    monkeypatch.chdir(tmp_path)
    torch.save(study_state(), "study.pt")
    assert calibration(load_any(Path("study.pt")), 6)["mean_length"].between(1, 21).all()


def test_starting_loads_nothing_heavy():
    code = "import sys, dtlens.cli; print({'torch', 'numpy', 'pandas'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.stdout == "set()\n"


def test_a_port_that_is_taken_is_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        failed = run("app", "--port", str(port), cwd=tmp_path)
    assert failed.returncode == 1
    assert failed.stderr.startswith("error: Address already in use")
    assert failed.stderr.endswith(f"; `--port {port + 1}` is another\n")
    assert failed.stderr.count("\n") == 1
