import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from projects import DATA, MIB, Project
from servers import Folder, Ssh
from swift_store import Swift


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """A folder that goes when the test ends: pytest would keep hundreds of MB of each."""
    yield tmp_path
    shutil.rmtree(tmp_path)


@pytest.fixture(params=[Folder, Ssh, Swift], ids=lambda kind: kind.name)
def server(request: pytest.FixtureRequest, room: Path) -> Iterator[Folder]:
    """An empty place to share data at, running."""
    if request.param.missing:
        pytest.skip(request.param.missing)
    (room / "server").mkdir()
    server = request.param(room / "server")
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project with data: a file, a folder of 12, and one so large that S3 takes it in parts."""
    folder = tmp_path_factory.mktemp("sharing")
    origin = Project(folder / "origin")
    (origin.folder / "many").mkdir(parents=True)
    for number in range(12):
        (origin.folder / f"many/{number}").write_bytes(os.urandom(2 * MIB))
    (origin.folder / "large").write_bytes(os.urandom(100 * MIB + 1))
    (origin.folder / "small").write_bytes(os.urandom(1000))
    origin.run("git", "init", "--quiet")
    origin.run("dvc", "init", "--quiet")
    origin.run("dvc", "add", "--quiet", *DATA)
    origin.run("git", "add", "--all")
    origin.run("git", "commit", "--quiet", "--message", "data")
    yield origin
    shutil.rmtree(folder)


@pytest.fixture
def project(origin: Project, room: Path, server: Folder) -> Project:
    """The project with its data, sharing at the server."""
    shutil.copytree(origin.folder, room / "project")
    project = Project(room / "project")
    project.connect(server.url, server.settings)
    return project


@pytest.fixture
def clone(project: Project, room: Path, server: Folder) -> Project:
    """A clone of it without the data."""
    project.run("git", "clone", "--quiet", ".", str(room / "clone"))
    clone = Project(room / "clone")
    clone.connect(server.url, server.settings)
    return clone
