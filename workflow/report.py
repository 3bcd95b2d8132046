"""What `snakemake --report` shows: the figures and the claims, each with what it is."""

import ast
from pathlib import Path
from typing import Any

from snakemake.io import report

CAPTION = "workflow/report.rst"
CODE = Path("src/dtlens")
MODULES = ("report/figures/{}.py", "beyond/{}/__init__.py", "beyond/*/{}.py")
OF_ANOTHER = {  # a module's second figure
    "extrapolation": "attainable",
    "random_walk": "control",
    "rank_one_editing_play": "rank_one_editing",
    "targets": "attainable",
}


def subject(figure: str) -> str:
    """What a figure shows, as its module says first; "" if none is called so."""
    for name in (OF_ANOTHER.get(figure, figure), *figure.split("_")):
        for module in (path for place in MODULES for path in CODE.glob(place.format(name))):
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
