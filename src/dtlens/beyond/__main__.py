"""Write the report of what lies beyond the study."""

from collections.abc import Callable
from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import atomic_write, read_csv
from dtlens.beyond import (
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

HEAD = """# Beyond the study

What the study leaves open, asked of the models of every arm. Intervals are 95% ones, over models
where nothing else is said.
"""
# By the name of its table in results/: what writes a chapter from it, in the report's order.
CHAPTERS: dict[str, Callable[[pd.DataFrame], str]] = {
    "elsewhere": elsewhere.chapter,
    "diversity": diversity.chapter,
    "pupils": pupils.chapter,
    "reachable": reachable.chapter,
    "aimless": aimless.chapter,
    "targets": reachable.targets_chapter,
    "comments": reachable.comments_chapter,
    "clock": clock.chapter,
    "flags": flags.chapter,
    "rewrites": rewrites.chapter,
    "rewrites_play": rewrites.play_chapter,
    "straighten": straighten.chapter,
    "retarget": retarget.chapter,
}


def main() -> None:
    chapters = [write(read_csv(Path(f"results/{name}.csv"))) for name, write in CHAPTERS.items()]
    with atomic_write(Path("results/beyond.md")) as temporary:
        temporary.write_text("\n".join([HEAD, *chapters]), encoding="utf-8")


if __name__ == "__main__":
    run(main)
