"""`dtlens plan` says what changed, what that makes stale, and what a run takes."""

import re
import shutil
from pathlib import Path

from copies import CALIBRATION, MODEL, SCENES, Copy


def plan(copy: Copy) -> list[str]:
    return copy.run("dtlens", "plan").splitlines()


def counted(said: list[str]) -> int:
    """How many jobs a plan has a run do."""
    (count,) = re.findall(r"A run does (\d+) of \d+ jobs", "\n".join(said))
    return int(count)


def test_a_changed_setting_and_a_changed_module_are_named_with_their_jobs(copy: Copy) -> None:
    before = plan(copy)
    assert any(line.startswith("  new: ") and "analyse x 6" in line for line in before)

    copy.change({"training": {"ours": {"learning_rate": 0.1}}})
    with (copy.folder / "src/dtlens/analysis/scenes/bank.py").open("a") as file:
        file.write("# changed\n")
    said = plan(copy)
    assert any(line.startswith("  training.ours.learning_rate: train x 2") for line in said)
    assert "  code/dtlens.analysis.scenes.build (modified): scenes" in said
    assert counted(said) == len(copy.to_run())


def test_times_are_those_of_the_last_run(copy: Copy) -> None:
    copy.change({"scenes": {"seed": 2}})
    (copy.folder / "logs/scenes.tsv").write_text("s\th:m:s\n90.0\t0:01:30\n")
    assert "  scenes: 1.5 min" in plan(copy)
    copy.run("git", "checkout", "--quiet", "params.yaml")
    assert copy.folder.joinpath(SCENES).exists()
    assert not [line for line in plan(copy) if line.startswith("  scenes") or MODEL in line]


def test_what_was_never_pulled_is_no_work_but_a_way_out(copy: Copy, tmp_path: Path) -> None:
    copy.commit()
    copy.dvc("push")
    fresh = Copy(tmp_path / "fresh" / "repository")
    fresh.folder.parent.mkdir()
    copy.run("git", "clone", "--quiet", "file://" + str(copy.folder), str(fresh.folder))
    shutil.copytree(copy.folder / "store", fresh.folder / "store")
    made = {name for name, stage in copy.lock["stages"].items() if stage.get("outs")}

    said = plan(fresh)
    (missing,) = (line for line in said if line.startswith("Missing, though dvc.lock records it"))
    assert re.search(r"data/.+, .+, \d+ more\.$", missing) and len(missing) < 200
    (way_out,) = (line for line in said if line.startswith("`./run dvc pull` brings it"))
    assert way_out.endswith(f"in {len(made)} jobs.")
    assert counted(said) == len(fresh.to_run()) - len(made)
    assert not [line for line in said if "not in cache" in line or "deleted" in line]

    fresh.change({"scenes": {"seed": 2}})
    assert "  scenes.seed: scenes" in plan(fresh)
    fresh.run("git", "checkout", "--quiet", "params.yaml")
    fresh.dvc("pull", "--allow-missing")
    said = plan(fresh)
    assert not [line for line in said if line.startswith("Missing")]
    assert counted(said) == len(fresh.to_run())


def test_what_was_deleted_comes_back_by_the_same_way(copy: Copy) -> None:
    (copy.folder / CALIBRATION).unlink()
    (copy.folder / SCENES).write_text("edited")
    said = plan(copy)
    assert f"Missing, though dvc.lock records it: {CALIBRATION}." in said
    assert f"  {SCENES} (modified): scenes" in said


def test_what_never_ran_has_a_limit_and_a_new_cell_the_time_of_the_others(copy: Copy) -> None:
    for log in copy.folder.glob("logs/*.tsv"):
        log.unlink()
    copy.change_model(MODEL[:-1] + "2")
    said = plan(copy)
    assert "  train x 9: at most 180.0 min" in said
    assert "What has not run here has no time yet, only the limit in dvc.yaml (`runtime`)." in said
    (copy.folder / f"logs/train@{MODEL}.tsv").write_text("s\th:m:s\n90.0\t0:01:30\n")
    said = plan(copy)
    assert "  train x 9: 13.5 min" in said
    assert any(line.startswith("Together 14 and at most ") for line in said)
