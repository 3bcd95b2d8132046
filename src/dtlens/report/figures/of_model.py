"""The figures of the study, of one model of anyone's."""

from collections.abc import Callable, Iterator

import pandas as pd
from matplotlib.figure import Figure

from dtlens.model.cell import Cell
from dtlens.report.figures import (
    ablation,
    attention,
    attribution,
    calibration,
    maps,
    paths,
    scan,
)
from dtlens.report.figures.arms import Arms, Tables, by_role, obstacle_heads
from dtlens.report.figures.style import NEUTRAL, new_figure

OWN = "this model"
PAGES: dict[str, tuple[str, Callable[[Arms], Figure]]] = {
    "ablation": ("ablation", ablation.page),
    "attribution": ("attribution", attribution.page),
    "scan": ("circuits/scan", scan.page),
    "attention": ("circuits/attention", attention.page),
    "paths": ("interventions/paths", paths.page),
    "state_maps": ("circuits/maps", maps.state_page),
    "qk_maps": ("circuits/maps", maps.qk_page),
    "ov_maps": ("circuits/maps", maps.ov_page),
}


def draw(tables: Tables, cell: Cell, roles: pd.DataFrame | None) -> Iterator[tuple[str, Figure]]:
    """The figures, by name, from a model's tables, by kind; of any model its calibration, and those
    of its circuits from the table of the `roles` that its heads have, if they have."""
    figure, (curve, ends) = new_figure(1, 2, 9, 3.5)
    greedy, sampled = ({cell.name: tables[kind]} for kind in ("calibration", "sampled"))
    calibration.draw_curve(greedy, sampled, curve, NEUTRAL).set(xlabel="told", ylabel="returned")
    calibration.draw_outcomes(tables["calibration"], ends).set(xlabel="told", ylabel="episodes")
    for panel in (curve, ends):
        panel.legend(fontsize="small")
    yield "calibration", figure
    if roles is not None:
        head = obstacle_heads(roles.assign(cell=cell.name))[cell.name]
        for name, (kind, page) in PAGES.items():
            yield name, page({OWN: {cell.name: by_role(tables[kind], head)}})
