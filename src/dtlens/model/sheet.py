"""The model sheet, models.yaml: which models there are, a line each."""

from pathlib import Path
from typing import Self

from pydantic import model_validator
from ruamel.yaml import YAML

from dtlens.base.errors import UserError
from dtlens.base.settings import Count, Section, read_yaml
from dtlens.model.cell import Cell

PATH = Path("models.yaml")


LAYERS, HEADS = 1, 2  # of the models that are analysed


def condition(cell: Cell) -> tuple[str | None, ...]:
    """What models have in common that differ in run and seed alone: data, training, encoding."""
    return cell.recipe, cell.optimisation, cell.encoding


def shape(cell: Cell) -> tuple[int, ...]:
    return cell.layers, cell.width, cell.heads, cell.context


class Line(Section):
    """What the pipeline reads of a model beside its name."""

    data: str
    training: str
    predictions: Count
    episodes: Count  # at each target return of the calibration


class Sheet(Section):
    """The models by their names, in the order of the file; those `analysed` stand in both."""

    analysed: dict[str, Line]
    models: dict[str, Line]

    @model_validator(mode="after")
    def check_lines(self) -> Self:
        """A name is a cell's, under its one name, and says what its line does."""
        for name, line in self.models.items():
            try:
                cell = Cell.parse(name)
            except UserError as error:
                raise ValueError(str(error)) from error
            if name != cell.name:
                raise ValueError(f"{name} is written {cell.name}")
            if cell.weight_decay is not None:
                raise ValueError(f"{name} has a weight decay; that goes into over_time")
            if (line.data, line.training) != (cell.data, cell.optimisation):
                raise ValueError(
                    f"{name}: data: {line.data}, training: {line.training} are not what its name"
                    f" says, {cell.data} and {cell.optimisation}"
                )
        for name, line in self.analysed.items():
            if self.models.get(name) != line:
                raise ValueError(f"{name}: stands in models otherwise than in analysed")
        return self

    @model_validator(mode="after")
    def check_analysed(self) -> Self:
        """They are compared, so they differ in nothing that their names do not say, and have one
        shape: that of the study's model but for its width and context."""
        first: dict[tuple[str | None, ...], tuple[str, Line]] = {}
        cells = self.cells
        for cell, (name, line) in zip(cells, self.analysed.items(), strict=True):
            if (cell.layers, cell.heads) != (LAYERS, HEADS) or shape(cell) != shape(cells[0]):
                raise ValueError(
                    f"analysed: {name}: claims and figures compare models of one shape, with"
                    f" {HEADS} heads in {LAYERS} layer; others go into models"
                )
            alike, same = first.setdefault(condition(cell), (name, line))
            if line.predictions != same.predictions:
                raise ValueError(f"analysed: {name}: predictions are not those of {alike}")
        return self

    @property
    def cells(self) -> list[Cell]:
        """Those that are analysed."""
        return [Cell.parse(name) for name in self.analysed]

    @property
    def others(self) -> list[Cell]:
        """Those that are trained and calibrated alone."""
        return [Cell.parse(name) for name in self.models if name not in self.analysed]


def read_sheet(path: Path = PATH) -> Sheet:
    """Raises `UserError` with every wrong line on one line."""
    sheet = Sheet.read(str(path), read_yaml(path))
    # The parser lets a name stand twice in a section into which another is merged (`<<`).
    for _, section in YAML().compose(path).value:
        names = [name.value for name, _ in section.value]
        for name in names:
            if names.count(name) > 1:
                raise UserError(f"{path}: {name} is there twice")
    return sheet
