"""Where the pipeline's models and settings are, wherever one works from."""

from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from dtlens.base.errors import UserError
from dtlens.base.settings import PATH
from dtlens.model.cell import NAME

MODELS = Path("data/dt")
CODE = Path(__file__).resolve().parents[3]  # the repository that dtlens comes from


def project() -> Path:
    """The nearest folder, of this one and those it lies in, with a params.yaml; else the code's."""
    here = Path.cwd()
    for folder in [here, *here.parents, CODE]:
        if (folder / PATH).exists():
            return folder
    raise UserError(f"{PATH}: neither here nor where dtlens is installed; work in its repository")


@contextmanager
def in_project() -> Iterator[None]:
    """In the project's folder until the block ends, as its stages are: settings are found there."""
    with chdir(project()):
        yield


def find(model: str | Path) -> Path:
    """The file of a model that is given by its name in the pipeline, or by its path."""
    if not NAME.fullmatch(str(model)):
        return Path(model).absolute()
    path = project() / MODELS / f"{model}.safetensors"
    if not path.exists():
        raise UserError(
            f"{model}: not in {path.parent}; `dvc pull {MODELS}/{path.name}` brings it, if it is"
            " one of the pipeline's models"
        )
    return path
