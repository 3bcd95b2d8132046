"""Wrong parameters end a run in one line, before anything runs."""

from collections.abc import Callable

import pytest
from copies import Copy


@pytest.fixture(scope="module")
def copy(make_copy: Callable[[], Copy]) -> Copy:
    return make_copy()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("gamma:", "gama:", "ppo.ours.gama"),
        ("total_steps: 4096", "total_steps: many", "ppo.ours.total_steps"),
        ("environments: 16", "environments: 0", "ppo.ours.environments"),
        ("- 1L-16d-2h-1k", "- 1L-16d-3h-1k", "over_time"),
        ("low: -1.0", "low: 1.0", "calibration.rtg"),
        ("over_time:", "over time:", "over_time"),
        ("gamma: 0.99", "gamma: [", "params.yaml"),
        ("- w0", "- 0.00001", "over_time.weight_decay.0"),
    ],
)
def test_wrong_parameters_stop_snakemake_in_one_line(
    copy: Copy, old: str, new: str, named: str
) -> None:
    params = copy.folder / "params.yaml"
    good = params.read_text()
    assert old in good
    params.write_text(good.replace(old, new, 1))
    lines = copy.run("snakemake", "-j2", "all", fails=True).splitlines()
    params.write_text(good)
    assert len(lines) == 2  # Snakemake first says which profile it uses
    assert lines[1].startswith("error: params.yaml: ")
    assert named in lines[1]
    assert not (copy.folder / "logs").exists()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("gamma:", "gama:", "ppo.ours.gama"),
        ("environments: 16", "environments: 0", "ppo.ours.environments"),
        ("- w0", "- 0.00001", "over_time.weight_decay.0"),
    ],
)
def test_wrong_parameters_stop_dvc(copy: Copy, old: str, new: str, named: str) -> None:
    params = copy.folder / "params.yaml"
    good = params.read_text()
    params.write_text(good.replace(old, new, 1))
    printed = copy.dvc("repro", fails=True)
    params.write_text(good)
    assert printed.startswith("error: params.yaml: ") and printed.count("\n") == 1
    assert named in printed
    assert not (copy.folder / "data").exists()
    assert not (copy.folder / "dvc.lock").exists()
