"""What `snakemake --report` shows: the figures and the claims, each with what it is."""

import ast
from pathlib import Path
from typing import Any

from snakemake.io import report

CAPTION = "workflow/report.rst"
MODULES = Path("src/dtlens/figures")
OF_ANOTHER = {"statements": "claims"}  # a module's second figure


def subject(figure: str) -> str:
    """What a figure shows, as its module says first; "" if none is called so."""
    for name in (OF_ANOTHER.get(figure, figure), *figure.split("_")):
        if (module := MODULES / f"{name}.py").exists():
            said = ast.get_docstring(ast.parse(module.read_text())) or ""
            return said.partition("\n")[0]
    return ""


def shown(path: str) -> Any:
    """An output's path, flagged for the report if it is to be in it."""
    place = Path(path)
    if path == "results/claims.md":
        return report(path, caption=CAPTION, category="Claims")
    if place.parts[1:2] != ("figures",) or place.suffix != ".png":
        return path
    labels = {"figure": place.stem, "shows": subject(place.stem)}
    return report(path, caption=CAPTION, category="Figures", labels=labels)
