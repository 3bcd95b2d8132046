"""Draw every figure of the study: of its models by arm, its agents, its grid."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.agents.settings import Agents
from dtlens.analysis.over_time.settings import OverTime
from dtlens.base.files import read_csv
from dtlens.base.settings import load
from dtlens.env.settings import Environment
from dtlens.model.cell import Cell
from dtlens.report.arms import MIXED, cells_by_arm
from dtlens.report.figures import (
    ablation,
    attention,
    attribution,
    calibration,
    composition,
    embeddings,
    game,
    grid,
    learning_curve,
    maps,
    over_time,
    patching,
    paths,
    roles,
    rtg_histogram,
    scan,
    training_curves,
)
from dtlens.report.figures.arms import Arms, by_role, obstacle_heads
from dtlens.report.figures.style import save


def table(name: str) -> pd.DataFrame:
    return read_csv(Path(f"results/{name}.csv"))


def main() -> None:
    arms, found, runs = cells_by_arm(), table("roles"), load("agents", Agents).names
    # The circuits of arms between the recipes have no page.
    main_arms = {arm: cells for arm, cells in arms.items() if arm not in MIXED}
    heads = obstacle_heads(found)
    histograms = {run: table(f"agents/{run}/rtg_histogram") for run in runs}

    def tables(kind: str, cells: dict[str, list[Cell]]) -> Arms:
        """A kind of table of every model, such as "circuits/scan"."""
        return {
            arm: {cell.name: table(f"models/{cell.name}/{kind}") for cell in own}
            for arm, own in cells.items()
        }

    def by_roles(kind: str) -> Arms:
        return {
            arm: {name: by_role(one, heads[name]) for name, one in models.items()}
            for arm, models in tables(kind, main_arms).items()
        }

    mapped = by_roles("circuits/maps")
    pages = {
        "learning_curve": learning_curve.page(
            {run: table(f"agents/{run}/learning_curve") for run in runs}
        ),
        "rtg_histogram": rtg_histogram.page(histograms),
        "game": game.page(load("environment", Environment)),
        "training_curves": training_curves.page(tables("training", arms)),
        "grid": grid.page(table("grid"), table("seeds")),
        "composition": composition.page(table("composition")),
        "roles": roles.page(found),
        "over_time": over_time.page(
            {name: table(f"over_time/{name}") for name in load("over_time", OverTime).names}
        ),
        "calibration": calibration.page(
            tables("calibration", arms),
            tables("sampled", arms),
            {arm: [histograms[cell.data] for cell in cells] for arm, cells in arms.items()},
        ),
        "ablation": ablation.page(by_roles("ablation")),
        "attribution": attribution.page(by_roles("attribution")),
        "scan": scan.page(by_roles("circuits/scan")),
        "state_maps": maps.state_page(mapped),
        "qk_maps": maps.qk_page(mapped),
        "ov_maps": maps.ov_page(mapped),
        "attention_by_front": attention.page(by_roles("circuits/attention")),
        "embeddings": embeddings.page(
            by_roles("circuits/rtg_embedding"),
            tables("circuits/time_embedding", main_arms),
        ),
        "patching": patching.page(by_roles("interventions/patching")),
        "paths": paths.page(by_roles("interventions/paths")),
    }
    for page, figure in pages.items():
        save(figure, Path(f"results/figures/{page}"))


if __name__ == "__main__":
    run(main)
