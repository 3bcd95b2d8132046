"""One look for every figure: the same colours for the same things, saved to the same bytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from jaxtyping import Float
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.base.files import atomic_write
from dtlens.env.dynamic_obstacles import FRONTS, OUTCOMES

# Okabe and Ito's colour-blind-safe palette; obstacles are blue as in the game, the goal green.
GREEN, BLUE, GREY, ORANGE, RED = "#009E73", "#0072B2", "#999999", "#E69F00", "#D55E00"
OUTCOME_COLOURS = dict(zip(OUTCOMES, [GREEN, BLUE, GREY, ORANGE], strict=True))
FRONT_COLOURS = dict(zip(FRONTS, [ORANGE, GREY, BLUE, GREEN, "#56D1A9"], strict=True))
COMPONENT_COLOURS = {
    "state": "#8C510A",
    "state token": "#8C510A",
    "RTG token": "#1B7837",
    "obstacle head": "#56B4E9",
    "other head": "#CC79A7",
    "both heads": "#6A51A3",
    "MLP": "#882255",
    "whole": "#444444",
}
HEADS = ["obstacle head", "other head"]
LAYER_COLOURS = ["#BBBBBB", "#6699CC", "#004488"]  # 0, 1, 2 layers
CONTEXT_COLOURS = ["#FA9FB5", "#C51B8A", "#49006A"]  # timesteps, from the fewest
NEUTRAL, PALE = "#444444", "#DDDDDD"
SERIES = [NEUTRAL, "#E7298A", "#1F78B4", "#A6761D"]  # of what has no colour of its own
DPI = 120
Style = dict[str, Any]  # options of a drawing
Colour = str | tuple[float, float, float]
PREFERENCE = "logit(forward) - logit(right)"  # what tables call F-R


def of_components(*names: str) -> dict[str, str]:
    """Their colours."""
    return {name: COMPONENT_COLOURS[name] for name in names}


def series(own: Sequence[str], count: int) -> list[Colour]:
    """Colours for so many kinds: the first of `own`, or hues if those are too few."""
    return list(own[:count]) if count <= len(own) else list(sns.husl_palette(count))


def new_figure(
    rows: int, columns: int, width: float, height: float, share: Literal["none", "row"] = "none"
) -> tuple[Figure, list[Axes]]:
    """A figure of the project's style, and its axes row by row; sizes in inches.

    Panels may `share` the scale of their row.
    """
    sns.set_theme(context="notebook", style="ticks", font_scale=0.85)
    mpl.rcParams.update(
        {
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlesize": "medium",
            "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same everywhere
            "legend.frameon": False,
            "figure.dpi": DPI,  # of layout and PNG alike, else text is wider than room was made
            "savefig.dpi": DPI,
            "svg.hashsalt": "dtlens",  # else the ids in an SVG are random
        }
    )
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, list(figure.subplots(rows, columns, squeeze=False, sharey=share).flat)


def save(figure: Figure, stem: Path) -> None:
    """Write `stem`.svg and `stem`.png; equal figures give equal bytes."""
    layout = figure.get_layout_engine()
    if layout:
        layout.execute(figure)  # once for both files: it takes as long as drawing
        figure.set_layout_engine(None)  # with any engine, even "none", saving draws twice
    for kind, unwanted in (("svg", "Date"), ("png", "Software")):
        with atomic_write(stem.with_name(f"{stem.name}.{kind}")) as temporary:
            figure.savefig(temporary, format=kind, metadata={unwanted: None})


def legend_below(figure: Figure, panels: list[Axes], columns: int = 8) -> None:
    """One legend, below the figure, of all that the panels' own would name."""
    known: dict[str, Artist] = {}
    for panel in panels:
        handles, labels = panel.get_legend_handles_labels()
        known = dict(zip(labels, handles, strict=True)) | known
    if known:
        count = min(columns, len(known))
        figure.legend(list(known.values()), list(known), loc="outside lower center", ncols=count)


def bars(rows: pd.DataFrame) -> Float[np.ndarray, "2 row"]:
    """How far each row's interval reaches below and above its value, as `errorbar` takes it."""
    ends = [rows["value"] - rows["low"], rows["high"] - rows["value"]]
    # An interval of resampled means need not hold the mean itself to the last digit.
    return np.clip(ends, 0, None)


def words(name: str) -> str:
    """A table's name of something, as it is said: time_out, time out."""
    return name.replace("_", " ")


def counted(number: int, thing: str) -> str:
    """1 model, 2 models."""
    return f"{number} {thing}{'s' * (number != 1)}"
