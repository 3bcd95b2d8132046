"""Write the report of what lies beyond the study, and draw its figures."""

from collections.abc import Callable
from pathlib import Path

from dtlens.base.stage import run

import pandas as pd
from matplotlib.figure import Figure

from dtlens.base.files import atomic_write, read_csv
from dtlens.beyond.anomaly_flags import report as flags
from dtlens.beyond.attainable_returns import control_report as control
from dtlens.beyond.attainable_returns import report as returns
from dtlens.beyond.attribution_benchmark import report as benchmark
from dtlens.beyond.distillation import report as distillation
from dtlens.beyond.out_of_distribution import report as rooms
from dtlens.beyond.rank_one_editing import calibration_report as calibration
from dtlens.beyond.rank_one_editing import report as editing
from dtlens.beyond.rank_one_editing import retargeting_report as retargeting
from dtlens.beyond.training_diversity import report as diversity
from dtlens.report.figures.style import save

HEAD = """# Beyond the study

What the study leaves open, asked of the models of every arm. Intervals are 95% ones, over models
where nothing else is said.
"""
# What writes a chapter, and the tables that it takes; in the report's order.
CHAPTERS: list[tuple[Callable[..., str], list[str]]] = [
    (rooms.chapter, ["out_of_distribution"]),
    (diversity.chapter, ["training_diversity"]),
    (distillation.chapter, ["distillation"]),
    (returns.chapter, ["attainable_returns"]),
    (control.chapter, ["random_walk"]),
    (returns.targets_chapter, ["targets"]),
    (returns.comments_chapter, ["comments"]),
    (benchmark.chapter, ["attribution_benchmark"]),
    (flags.chapter, ["anomaly_flags"]),
    (editing.chapter, ["rank_one_editing"]),
    (editing.play_chapter, ["rank_one_editing_play"]),
    (calibration.chapter, ["rank_one_editing", "rank_one_editing_errors"]),
    (retargeting.chapter, ["goal_retargeting"]),
]
# By the figure's name: what draws it, and the table that it takes.
FIGURES: dict[str, tuple[Callable[[pd.DataFrame], Figure], str]] = {
    "out_of_distribution": (rooms.page, "out_of_distribution"),
    "causal_roles": (rooms.roles_page, "out_of_distribution"),
    "training_diversity": (diversity.page, "training_diversity"),
    "distillation": (distillation.page, "distillation"),
    "targets": (returns.targets_page, "targets"),
    "attainable_returns": (returns.page, "attainable_returns"),
    "random_walk": (control.page, "random_walk_targets"),
    "extrapolation": (returns.beyond_page, "targets"),
    "attribution_benchmark": (benchmark.page, "attribution_benchmark"),
    "anomaly_flags": (flags.page, "anomaly_flags"),
    "rank_one_editing": (editing.page, "rank_one_editing"),
    "rank_one_editing_play": (editing.play_page, "rank_one_editing_play"),
    "calibration_edit": (calibration.page, "rank_one_editing_returns"),
    "goal_retargeting": (retargeting.page, "goal_retargeting"),
}


def main() -> None:
    def table(name: str) -> pd.DataFrame:
        return read_csv(Path(f"results/beyond/{name}.csv"))

    chapters = [write(*map(table, names)) for write, names in CHAPTERS]
    with atomic_write(Path("results/beyond.md")) as temporary:
        temporary.write_text("\n".join([HEAD, *chapters]), encoding="utf-8")
    for figure, (page, name) in FIGURES.items():
        save(page(table(name)), Path(f"results/figures/{figure}"))


if __name__ == "__main__":
    run(main)
