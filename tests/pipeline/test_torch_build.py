"""./run takes the CPU build of torch where it can be had, else the package index's whole.

The index is a real one on loopback; it holds two wheels of a few bytes that are called torch and a
CUDA library, beside the ones that install them.
"""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from test_run import make_project

CUDA_LIBRARY = "nvidia-cudnn-cu13"
VERSIONS = "import importlib.metadata as m; print(*(d.name + d.version for d in m.distributions()))"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is one build")


def write_wheel(folder: Path, name: str, version: str) -> None:
    """The least that installs as a package of this name and version."""
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    files = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        for path, text in (files | {f"{info}/RECORD": record}).items():
            wheel.writestr(path, text)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("index")
    pins = (make_project(tmp_path_factory.mktemp("pins")) / "requirements.lock").read_text().split()
    for pin in pins:
        place = folder / pin.partition("==")[0]
        download = ["pip", "download", "-qq", "--no-deps", "-d", str(place), pin]
        subprocess.run([sys.executable, "-m", *download], check=True)
    write_wheel(folder / "torch", "torch", "2.13.0")
    write_wheel(folder / CUDA_LIBRARY, CUDA_LIBRARY, "9.20.0.48")
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    write_wheel(folder, "torch", "2.13.0+cpu")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make_project(tmp_path_factory.mktemp("project"))
    with (project / "requirements.lock").open("a") as lock:
        lock.write(f"torch==2.13.0\n{CUDA_LIBRARY}==9.20.0.48 ; sys_platform == 'linux'\n")
    return project


def run(project: Path, index: str, cache: Path, **settings: str) -> tuple[set[str], str, int]:
    """What is installed then, what was printed on stderr, and the exit status."""
    told = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))}
    # Nothing but this index can be had: not PyTorch's own, for which the way out is a dead end.
    told |= {
        "PIP_INDEX_URL": index,
        "PIP_CONFIG_FILE": os.devnull,
        "UV_CACHE_DIR": str(cache),
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [project / "run", "python", "-c", VERSIONS],
        env=told | settings,
        text=True,
        capture_output=True,
        check=False,
    )
    return set(done.stdout.split()), done.stderr, done.returncode


def test_the_build_of_torch(project: Path, index: str, wheels: Path, tmp_path: Path) -> None:
    """From an index alone; then the other by choice, which stays; then one that is not there."""
    start = partial(run, project, index, tmp_path / "cache")
    cuda = {"torch2.13.0", f"{CUDA_LIBRARY}9.20.0.48"}

    packages, said, _ = start()
    assert cuda <= packages
    assert "torch: the CUDA build (2.7 GB to download" in said
    assert "DTLENS_TORCH=cpu ./run true takes the CPU build" in said
    assert start() == (packages, "", 0)

    packages, said, _ = start(DTLENS_TORCH="cpu", PIP_FIND_LINKS=str(wheels))
    assert "torch2.13.0+cpu" in packages
    assert not packages & cuda
    assert "torch: the CPU build (0.8 GB to download" in said
    assert "DTLENS_TORCH=cuda ./run true takes the CUDA build" in said
    assert start() == (packages, "", 0)

    packages, said, _ = start(DTLENS_TORCH="cuda", PIP_FIND_LINKS=str(wheels))
    assert cuda <= packages

    packages, said, status = start(DTLENS_TORCH="cpu")
    assert not packages
    assert status == 1
    assert said.splitlines()[-1].startswith("error: the CPU build of torch==2.13.0 was not found")

    packages, said, _ = start(PIP_FIND_LINKS=str(wheels))
    assert "torch2.13.0+cpu" in packages


def test_a_build_that_there_is_not_is_one_line(project: Path, index: str, tmp_path: Path) -> None:
    said = "error: DTLENS_TORCH is gpu; it may be cpu or cuda\n"
    assert run(project, index, tmp_path, DTLENS_TORCH="gpu") == (set(), said, 1)
