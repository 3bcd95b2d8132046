"""params.yaml as frozen, typed values: a module per section, unknown keys refused.

A stage loads the sections that it reads and depends on their modules alone, so that a new setting
of one analysis makes no model stale. `everything` checks the whole file.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from dtlens.base.errors import UserError

PATH = Path("params.yaml")
Count = Annotated[int, Field(ge=1, strict=True)]
Seed = Annotated[int, Field(ge=0, lt=2**31, strict=True)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Rtg = Annotated[float, Field(ge=-1, le=1)]
Encoding = Literal["index", "one_hot"]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def read(cls, source: str, values: Any, *section: str) -> Self:
        """The section that `values` describe; `UserError` names `source` and each bad key."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = []
            for problem in error.errors():
                key = ".".join(map(str, (*section, *problem["loc"])))
                problems.append(
                    f"{key}: " * bool(key) + problem["msg"].removeprefix("Value error, ")
                )
            raise UserError(f"{source}: {'; '.join(problems)}") from error


AnySection = TypeVar("AnySection", bound=Section)


def read_yaml(path: Path) -> Any:
    """What a settings file holds, read as DVC reads it; `UserError` if it cannot be."""
    try:
        return YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not text in UTF-8; save it in that encoding") from error
    except MarkedYAMLError as error:
        at = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UserError(f"{path}: not YAML: {error.problem}{at}") from error
    except YAMLError as error:
        raise UserError(f"{path}: not YAML: {' '.join(str(error).split())}") from error


def load(name: str, section: type[AnySection]) -> AnySection:
    """A section of params.yaml; "training.ours" is one within another.

    Raises `UserError` with every wrong key on one line.
    """
    values = read_yaml(PATH)
    for key in name.split("."):
        if not isinstance(values, dict) or key not in values:
            raise UserError(f"{PATH}: {name}: missing")
        values = values[key]
    return section.read(str(PATH), values, name)


class Compute(Section):
    device: Literal["cpu", "cuda"]
