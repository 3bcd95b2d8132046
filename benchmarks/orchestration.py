"""What Snakemake and DVC cost beside the stages' own work."""

import resource
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from benchmarks.copies import lay_out, snakemake


def do_nothing(stage: dict[str, Any]) -> dict[str, Any]:
    """The same stage with a command that only writes its outputs and works on nothing."""
    if "do" in stage:
        return stage | {"do": do_nothing(stage["do"])}
    declared = [out for kind in ("outs", "plots", "metrics") for out in stage.get(kind, [])]
    files = " ".join(next(iter(out)) if isinstance(out, dict) else out for out in declared)
    cell = stage["cmd"].split()[-1]
    command = f"for file in {files}; do echo '{{}}' > $file; done # {cell}"
    return stage | {"cmd": command, "deps": [dep for dep in stage["deps"] if "code/" not in dep]}


def measure() -> dict[str, float]:
    """CPU-seconds per stage, start-up included, of a run of stages that do nothing.

    One after the other: what shares a core with something else takes longer for the same.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(folder)
        pipeline = yaml.safe_load(Path("dvc.yaml").read_text())
        pipeline["stages"] = {key: do_nothing(stage) for key, stage in pipeline["stages"].items()}
        (folder / "dvc.yaml").write_text(yaml.safe_dump(pipeline))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        snakemake(folder, "-j1", "all")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        stages = len(yaml.safe_load((folder / "dvc.lock").read_text())["stages"])
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {"orchestration: CPU-seconds per stage": spent / stages}


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
