"""Full disks, a damaged cache, damaged outputs: said in a line, and a plain re-run mends them."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import yaml
from copies import CALIBRATION, CHECKPOINT, MODEL, SCENES, TARGETS, TRAJECTORIES, Copy, md5


@contextmanager
def full_disk(folder: Path) -> Iterator[Path]:
    """The folder on a disk of its own without a free byte until the file given is removed."""
    contents = folder.parent / "contents"
    shutil.copytree(folder, contents)
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here: that takes root's rights")
    try:
        shutil.copytree(contents, folder, dirs_exist_ok=True)
        shutil.rmtree(contents)
        yield fill(folder / "filler")
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(path: Path) -> Path:
    with suppress(OSError), path.open("ab", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return path


def edit_source(copy: Copy, package: str) -> None:
    """Make the stages of a package stale by what leaves their outputs the same."""
    with (copy.folder / f"src/dtlens/{package}/settings.py").open("a") as file:
        file.write("# changed\n")


def in_cache(copy: Copy, digest: str) -> Path:
    return copy.folder / ".dvc/cache/files/md5" / digest[:2] / digest[2:]


@pytest.mark.parametrize(
    ("command", "output", "log"),
    [
        (f"model.train {MODEL} 4096", CHECKPOINT, f"train@{MODEL}"),
        ("agents.train ours-r1", "data/agents/ours-r1.safetensors", "agents@ours-r1"),
    ],
)
def test_an_output_that_meets_a_full_disk(copy: Copy, command: str, output: str, log: str) -> None:
    right = copy.outputs()
    said = re.compile(f"^error: {output}: cannot be written: .*No space left on device$", re.M)
    with full_disk(copy.folder / "data") as filler:
        by_hand = copy.run("python", "-m", *f"dtlens.{command}".split(), fails=True)
        assert said.search(by_hand)
        assert copy.outputs() == right | {"data/filler": md5(filler)}

        (copy.folder / output).unlink()
        fill(filler)
        in_cache(copy, right[output]).unlink()  # DVC cannot bring the result back
        assert said.search(copy.run("snakemake", "-j2", output, fails=True))
        assert said.search((copy.folder / f"logs/{log}.log").read_text())
        assert not (copy.folder / output).exists()

        filler.unlink()
        copy.run("snakemake", "-j2", output)
        assert copy.outputs() == right


def test_a_cache_that_meets_a_full_disk(copy: Copy) -> None:
    right = copy.outputs()
    held = in_cache(copy, right[SCENES])
    held.unlink()
    edit_source(copy, "analysis/scenes")
    with full_disk(copy.folder / ".dvc/cache") as filler:
        printed = copy.run("snakemake", "-j2", SCENES, fails=True)
        assert re.search(
            "^ERROR: failed to reproduce 'scenes': .*No space left on device", printed, re.M
        )
        assert not held.exists()
        filler.unlink()
        copy.run("snakemake", "-j2", SCENES)
        assert copy.outputs() == right
        assert md5(held) == right[SCENES]


@pytest.mark.parametrize("first", ["touch", "checkout", "repro"])
@pytest.mark.parametrize(
    "command",
    [("snakemake", "-j2", SCENES), ("python", "-m", "workflow.dvc", "repro", "scenes")],
    ids=["snakemake", "dvc"],
)
def test_a_damaged_cache_is_not_taken_for_the_output(
    copy: Copy, first: str, command: tuple[str, ...]
) -> None:
    """DVC's own `checkout` and `repro` do take it; a run by either engine mends what they did."""
    right = copy.outputs()
    held = in_cache(copy, right[SCENES])
    copy.stale()  # from here on DVC knows the times of all files
    (copy.folder / SCENES).unlink()
    before = held.stat()
    held.chmod(0o644)
    held.write_bytes(held.read_bytes()[::-1])
    held.chmod(0o444)
    if first == "touch":  # a bad sector changes no time
        os.utime(held, ns=(before.st_atime_ns, before.st_mtime_ns))
    else:
        copy.run("python", "-m", "dvc", first, "scenes")
    printed = copy.run(*command)
    if command[0] == "snakemake":
        printed += (copy.folder / "logs/scenes.log").read_text()
    assert f"{held}: damaged, so removed from the cache" in printed
    assert copy.outputs() == right
    assert md5(held) == right[SCENES]


def test_an_edited_output_leaves_the_cache_alone(copy: Copy) -> None:
    right = copy.outputs()
    with (copy.folder / SCENES).open("r+b") as file:
        file.write(b"edited in place")
    assert md5(in_cache(copy, right[SCENES])) == right[SCENES]
    copy.run("dvc", "checkout", "--force", "scenes")
    assert copy.outputs() == right


# What reads a table of one model, by itself.
READ = f"""
from pathlib import Path
from dtlens.base.errors import one_line_errors
from dtlens.base.files import read_csv
with one_line_errors():
    read_csv(Path("{CALIBRATION}"))
"""


@pytest.mark.parametrize(
    ("stage", "output", "size", "reader"),
    [
        (
            "train@1L-16d-2h-1k-index-ours-r1-ours-s1",
            CHECKPOINT,
            9000,
            f"-m dtlens.play.calibrate {MODEL} 4",
        ),
        ("agents@ours-r1", TRAJECTORIES, 9000, f"-m dtlens.model.train {MODEL} 4096"),
        (
            "calibrate@1L-16d-2h-1k-index-ours-r1-ours-s1",
            CALIBRATION,
            300,
            f"-c {READ}",
        ),
    ],
)
def test_a_truncated_output_is_refused_and_restored(
    copy: Copy, stage: str, output: str, size: int, reader: str
) -> None:
    right = copy.outputs()
    os.truncate(copy.folder / output, size)
    option, _, rest = reader.partition(" ")
    arguments = [rest] if option == "-c" else rest.split()
    printed = copy.run("python", option, *arguments, fails=True)
    assert re.fullmatch(f"error: {output}: .*\n", printed)

    status = json.loads(copy.run("dvc", "status", "--json"))
    modified = {
        (name, path)
        for name, changes in status.items()
        for change in changes
        for path, kind in change.get("changed outs", {}).items()
        if kind == "modified"
    }
    assert modified == {(stage, output)}
    by_hand = len(copy.started())
    copy.run("snakemake", "-j2", output)
    assert copy.outputs() == right
    assert len(copy.started()) == by_hand  # it comes from DVC's cache


def test_a_torn_lock_is_named_or_mended(copy: Copy) -> None:
    """`dvc repro` writes dvc.lock in place; a kill may leave any beginning of it."""
    copy.commit()
    path, right = copy.folder / "dvc.lock", copy.outputs()
    text = path.read_text()
    half = re.compile(r"(?<=}\n)    - {path").search(text, len(text) // 2).start()
    path.write_text(text[: half + len("    - {pa")])
    refused = copy.run("snakemake", "-j2", *TARGETS, fails=True)
    assert re.search(
        r"^error: dvc\.lock: cut short or damaged; `git checkout dvc\.lock`", refused, re.M
    )
    path.write_text(text[:half])  # YAML, but a stage's end and others lack
    assert len(copy.lock["stages"]) < text.count("  cmd: ")
    copy.run("snakemake", "-j2", *TARGETS)
    assert copy.outputs() == right
    assert copy.lock == yaml.safe_load(text)
