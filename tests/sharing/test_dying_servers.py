"""A server that dies in the middle: the command says so, and once more does the rest."""

import re

import pytest
from projects import MIB, Project
from servers import Server, Ssh, objects
from swift_store import Swift

# Bytes that have arrived: among the small files; in the large one, whatever of those was lost.
MOMENTS = (5 * MIB, 80 * MIB)


def assert_explained(printed: str) -> None:
    """The server was gone: before it was asked for a file, or in the middle of one."""
    gone = r"^ERROR: .*([Cc]onnect|payload is not completed)"
    assert re.search(gone, printed, re.MULTILINE), printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("server", [Ssh, Swift], indirect=True)
def test_a_push_goes_on_after_its_server_died(
    server: Server, project: Project, clone: Project
) -> None:
    whole = objects(project.cache)
    for least in MOMENTS:
        printed = project.interrupt(server, server.disk, least, "dvc", "push")
        assert_explained(printed)
        server.start()
        assert server.objects().items() < whole.items()
        assert project.run("dvc", "status", "--cloud").count("new:") >= 1
    project.run("dvc", "push")
    assert server.objects() == whole
    clone.run("dvc", "pull")
    assert clone.content() == project.content()


@pytest.mark.parametrize("server", [Ssh, Swift], indirect=True)
def test_a_pull_goes_on_after_its_server_died(
    server: Server, project: Project, clone: Project
) -> None:
    project.run("dvc", "push")
    whole = objects(project.cache)
    for least in MOMENTS:
        printed = clone.interrupt(server, clone.cache, least, "dvc", "pull")
        assert_explained(printed)
        assert objects(clone.cache).items() < whole.items()
        assert clone.content().items() <= project.content().items()
        server.start()
    clone.run("dvc", "pull")
    assert clone.content() == project.content()
    assert objects(clone.cache) == server.objects() == whole
