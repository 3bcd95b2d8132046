"""What one clone pushes, another pulls: through a folder, an SSH server and an S3 store."""

import pytest
from projects import Project
from servers import Folder, Ssh, objects
from swift_store import Swift


def test_a_clone_pulls_what_was_pushed(server: Folder, project: Project, clone: Project) -> None:
    assert project.run("dvc", "push") == "15 files pushed\n"  # one says what the folder holds
    assert server.objects() == objects(project.cache)

    clone.run("dvc", "pull")
    assert clone.content() == project.content()
    assert objects(clone.cache) == server.objects()
    for each in (project, clone):
        assert "in sync" in each.run("dvc", "status", "--cloud")
        assert "up to date" in each.run("dvc", "status")

    for command in ("push", "pull"):
        assert clone.run("dvc", command) == "Everything is up to date.\n"


@pytest.mark.parametrize("server", [Swift], indirect=True)
def test_a_large_file_goes_up_in_parts(server: Swift, project: Project) -> None:
    project.run("dvc", "push", "large")
    (entity_tag,) = server.entity_tags()
    assert entity_tag.endswith("-3")


@pytest.mark.parametrize("server", [Ssh, Swift], indirect=True)
def test_a_wrong_key_is_refused(server: Folder, project: Project, clone: Project) -> None:
    project.connect(server.url, server.settings | server.wrong)
    assert server.refusal in project.run("dvc", "push", "small", fails=True)
    assert server.objects() == {}

    project.connect(server.url, server.settings)
    project.run("dvc", "push", "small")
    clone.connect(server.url, server.settings | server.wrong)
    assert server.refusal in clone.run("dvc", "pull", "small", fails=True)
    assert objects(clone.cache) == {}
    assert clone.content() == {}


def test_a_pull_names_a_file_that_is_missing(
    server: Folder, project: Project, clone: Project
) -> None:
    project.run("dvc", "push", "small", "many")
    missing = project.content()["small"]
    (path,) = [path for path, md5 in server.objects().items() if md5 == missing]
    server.remove(path)

    printed = clone.run("dvc", "pull", "small", "many", fails=True)
    assert "\nsmall\n" in printed
    assert len(clone.content()) == 12  # the others came

    project.run("dvc", "push")
    clone.run("dvc", "pull")
    assert clone.content() == project.content()


def test_a_pull_fails_if_a_file_of_a_folder_is_missing(
    server: Folder, project: Project, clone: Project
) -> None:
    """DVC names such a file by its hash only."""
    project.run("dvc", "push", "many")
    missing = project.content()["3"]
    (path,) = [path for path, md5 in server.objects().items() if md5 == missing]
    server.remove(path)
    assert missing in clone.run("dvc", "pull", "many", fails=True)
    there = objects(clone.cache)
    assert len(there) == 11
    assert there.items() < server.objects().items()
