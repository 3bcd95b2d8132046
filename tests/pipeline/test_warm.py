"""Stages are forked from a process that has their libraries: the same as new ones, but sooner."""

import os
import subprocess
import sys
from pathlib import Path

import yaml
from copies import ROOT


def python(code: str, *words: str) -> str:
    """What Python prints in a process of its own, both streams."""
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "src"},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ).stdout


def test_what_stages_import_is_loaded() -> None:
    files = [ROOT / place / "dvc.yaml" for place in ("", "beyond")]
    stages = [yaml.safe_load(path.read_text())["stages"].values() for path in files]
    entries = {stage.get("do", stage)["cmd"].split()[2] for both in stages for stage in both}
    assert len(entries) > 25
    code = f"""
import sys
from importlib import import_module
from workflow.warm import load
load()
loaded = set(sys.modules)
for entry in {sorted(entries)}:
    import_module(entry)
new = {{name for name in set(sys.modules) - loaded if name.split(".")[0] != "dtlens"}}
print(len(loaded), len(new))
"""
    loaded, new = map(int, python(code).split())
    assert new < loaded / 50


def test_no_library_asks_for_a_gpu_as_it_is_imported_and_each_has_one_thread() -> None:
    """What has asked in a process makes it useless to those forked from it."""
    code = """
import torch
from workflow.warm import load
asked = []
for name in ("is_available", "device_count", "init", "_lazy_init"):
    setattr(torch.cuda, name, lambda *given, name=name: asked.append(name))
load()
print(asked)
"""
    assert python(code) == "[]\n"
    code = "from workflow.warm import load; load(); import torch; print(torch.get_num_threads())"
    assert python(code) == "1\n"


PROGRAMS = {
    "say": "import os, sys\nprint(*sys.argv[1:], os.environ['WORD'], os.getcwd())",
    "refuse": "import sys\nsys.exit('error: not so')",
    "fail": "raise ValueError('a bug')",
    "end": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
}


def test_a_forked_stage_has_its_words_environment_folder_streams_and_status(
    tmp_path: Path,
) -> None:
    """And runs the code that is there when it begins; what needs a shell has one."""
    package = tmp_path / "src/dtlens"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    for name, code in PROGRAMS.items():
        (package / f"{name}.py").write_text(code)
    code = """
import os, sys, time
from pathlib import Path
from dvc.stage.exceptions import StageCmdFailedError
sys.path.insert(0, os.getcwd())
from workflow.warm import SOCKET, run_stage, start_server
os.chdir(sys.argv[1])
os.environ["PYTHONPATH"] = f"{sys.argv[1]}/src:{sys.path[0]}:{sys.path[0]}/src"
Path(SOCKET).parent.mkdir()
start_server()
while not Path(SOCKET).exists():
    time.sleep(0.1)
options = {"cwd": sys.argv[1], "env": os.environ | {"WORD": "loud"}}
for words in ("say 'a b' c", "refuse", "fail", "end", "say first && echo then"):
    try:
        run_stage("/bin/sh", f"python -m dtlens.{words}", **options)
    except StageCmdFailedError as error:
        print(error, flush=True)
Path("src/dtlens/say.py").write_text("print('and now this', flush=True)")
run_stage("/bin/sh", "python -m dtlens.say", **options)
"""
    printed = python(code, str(tmp_path)).splitlines()
    assert [line for line in printed if not line.startswith(("Traceback", "  "))] == [
        f"a b c loud {tmp_path}",
        "error: not so",
        "failed to run: python -m dtlens.refuse, exited with 1",
        "ValueError: a bug",
        "failed to run: python -m dtlens.fail, exited with 1",
        "failed to run: python -m dtlens.end, exited with -9",
        f"first loud {tmp_path}",
        "then",
        "and now this",
    ]
