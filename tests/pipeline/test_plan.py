"""`dtlens plan` says what changed, what that makes stale, and what a run takes."""

import re

from copies import CALIBRATION, MODEL, SCENES, Copy


def plan(copy: Copy) -> list[str]:
    return copy.run("dtlens", "plan").splitlines()


def test_a_changed_setting_and_a_changed_room_are_named_with_their_jobs(copy: Copy) -> None:
    before = plan(copy)
    assert any(line.startswith("  new: ") and "measure_headline x 2" in line for line in before)

    copy.change({"training": {"ours": {"learning_rate": 0.1}}})
    with (copy.folder / "src/dtlens/scenes/bank.py").open("a") as file:
        file.write("# changed\n")
    (copy.folder / CALIBRATION).unlink()
    said = plan(copy)
    assert any(
        line.startswith("  training.ours.learning_rate: train_headline x 2") for line in said
    )
    assert "  src/dtlens/scenes (modified): scenes" in said
    assert f"  {CALIBRATION} (deleted): calibrate_headline" in said
    count = re.search(r"A run does (\d+) of \d+ jobs", "\n".join(said))
    assert count and int(count[1]) == len(copy.to_run())


def test_times_are_those_of_the_last_run(copy: Copy) -> None:
    copy.change({"scenes": {"seed": 2}})
    (copy.folder / "logs/scenes.tsv").write_text("s\th:m:s\n90.0\t0:01:30\n")
    assert "  scenes: 1.5 min" in plan(copy)
    copy.run("git", "checkout", "--quiet", "params.yaml")
    assert copy.folder.joinpath(SCENES).exists()
    assert not [line for line in plan(copy) if line.startswith("  scenes") or MODEL in line]
