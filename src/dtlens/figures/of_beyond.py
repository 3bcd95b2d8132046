"""Draw every figure of what lies beyond the study, each from its table."""

from collections.abc import Callable
from pathlib import Path

from dtlens.base.stage import run

import pandas as pd
from matplotlib.figure import Figure

from dtlens.base.files import read_csv
from dtlens.figures import (
    aimless,
    clock,
    diversity,
    elsewhere,
    flags,
    pupils,
    reachable,
    retarget,
    rewrites,
    straighten,
)
from dtlens.figures.style import save

# By the figure's name: the table in results/ that it is drawn from, and what draws it.
PAGES: dict[str, tuple[str, Callable[[pd.DataFrame], Figure]]] = {
    "elsewhere": ("elsewhere", elsewhere.page),
    "carriers": ("elsewhere", elsewhere.carriers_page),
    "diversity": ("diversity", diversity.page),
    "pupils": ("pupils", pupils.page),
    "targets": ("targets", reachable.targets_page),
    "reachable": ("reachable", reachable.page),
    "aimless": ("aimless_targets", aimless.page),
    "extrapolation": ("targets", reachable.beyond_page),
    "clock": ("clock", clock.page),
    "flags": ("flags", flags.page),
    "rewrites": ("rewrites", rewrites.page),
    "rewrites_play": ("rewrites_play", rewrites.play_page),
    "straighten": ("straighten_targets", straighten.page),
    "retarget": ("retarget", retarget.page),
}


def main() -> None:
    for figure, (table, page) in PAGES.items():
        save(page(read_csv(Path(f"results/{table}.csv"))), Path(f"results/figures/{figure}"))


if __name__ == "__main__":
    run(main)
