"""Write the report of what lies beyond the study, and draw its figures."""

from collections.abc import Callable
from pathlib import Path

from dtlens.base.stage import run

import pandas as pd
from matplotlib.figure import Figure

from dtlens.base.files import atomic_write, read_csv
from dtlens.beyond.anomaly_flags import chapter as flags
from dtlens.beyond.anomaly_flags import figure as flags_figure
from dtlens.beyond.attainable_returns import chapter as returns
from dtlens.beyond.attainable_returns import control_chapter as control
from dtlens.beyond.attainable_returns import control_figure
from dtlens.beyond.attainable_returns import figure as returns_figure
from dtlens.beyond.attribution_benchmark import chapter as benchmark
from dtlens.beyond.attribution_benchmark import figure as benchmark_figure
from dtlens.beyond.distillation import chapter as distillation
from dtlens.beyond.distillation import figure as distillation_figure
from dtlens.beyond.out_of_distribution import chapter as rooms
from dtlens.beyond.out_of_distribution import figure as rooms_figure
from dtlens.beyond.rank_one_editing import calibration_chapter as calibration
from dtlens.beyond.rank_one_editing import calibration_figure, retargeting_figure
from dtlens.beyond.rank_one_editing import chapter as editing
from dtlens.beyond.rank_one_editing import figure as editing_figure
from dtlens.beyond.rank_one_editing import retargeting_chapter as retargeting
from dtlens.beyond.training_diversity import chapter as diversity
from dtlens.beyond.training_diversity import figure as diversity_figure
from dtlens.figures.style import save

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
    "out_of_distribution": (rooms_figure.page, "out_of_distribution"),
    "causal_roles": (rooms_figure.roles_page, "out_of_distribution"),
    "training_diversity": (diversity_figure.page, "training_diversity"),
    "distillation": (distillation_figure.page, "distillation"),
    "targets": (returns_figure.targets_page, "targets"),
    "attainable_returns": (returns_figure.page, "attainable_returns"),
    "random_walk": (control_figure.page, "random_walk_targets"),
    "extrapolation": (returns_figure.beyond_page, "targets"),
    "attribution_benchmark": (benchmark_figure.page, "attribution_benchmark"),
    "anomaly_flags": (flags_figure.page, "anomaly_flags"),
    "rank_one_editing": (editing_figure.page, "rank_one_editing"),
    "rank_one_editing_play": (editing_figure.play_page, "rank_one_editing_play"),
    "calibration_edit": (calibration_figure.page, "rank_one_editing_returns"),
    "goal_retargeting": (retargeting_figure.page, "goal_retargeting"),
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
