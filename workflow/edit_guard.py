"""Edits during a run: what made an output is what it is recorded with.

DVC looks at what a stage reads when the stage has ended. If somebody has edited it since the stage
began, DVC would record the new as what made the output.
"""

import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

from dvc.dependency import ParamsDependency
from dvc.exceptions import DvcException
from dvc.stage import PipelineStage
from dvc.stage.run import cmd_run as run_command
from dvc.utils.flatten import flatten

from dtlens.base.files import md5
from dtlens.lineage.code import CODE, PIPELINES, modules, write_code


def contents(stage: PipelineStage) -> dict[str, Any]:
    """What a stage reads: each parameter's value, and the hash of each file, folder and module."""
    with chdir(stage.repo.root_dir):
        write_code()
    found: dict[str, Any] = {}
    for dep in stage.deps:
        if isinstance(dep, ParamsDependency):
            values = flatten(dep.read_params()).items()
            found |= {f"{key} in {dep.def_path}": value for key, value in values}
        elif dep.def_path.startswith(f"{CODE}/"):
            found |= modules(Path(dep.fs_path))
        else:
            found[dep.def_path] = dep.get_hash().value
    return found


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def cmd_run(stage: PipelineStage, dry: bool = False, run_env: Any = None) -> None:
    """DVC's, which runs a stage's command; raises if what the stage reads was edited meanwhile."""
    before = contents(stage)
    run_command(stage, dry=dry, run_env=run_env)
    if edited := changed(before, contents(stage)):
        raise DvcException(
            f"{', '.join(edited)}: edited while {stage.name} ran, so its result is not recorded;"
            " run it again"
        )


def sources(root: Path) -> dict[str, str]:
    """The MD5 of the settings, the pipelines and the code."""
    paths = [root / name for name in ("params.yaml", "models.yaml", *PIPELINES)]
    paths += (root / "src").rglob("*.py")
    return {str(path.relative_to(root)): md5(path) for path in paths if path.exists()}


@contextmanager
def say_what_is_edited(root: Path) -> Iterator[None]:
    """Say after a run what was edited during it: stages that began later are by the new."""
    before = sources(root)
    try:
        yield
    finally:
        if edited := changed(before, sources(root)):
            print(
                f"{', '.join(edited)}: edited during the run; another one brings everything up to"
                " date with it",
                file=sys.stderr,
            )
