"""Charts of a decision, which each key press changes: plain specs, which nothing checks."""

from typing import Any

import pandas as pd
import streamlit as st

from dtlens.report.figures.style import BLUE, COMPONENT_COLOURS, GREEN, GREY, ORANGE

ACTION_COLOURS = {"left": ORANGE, "forward": GREEN, "right": BLUE}
HEADS = ["#56B4E9", "#CC79A7", "#0072B2", "#D55E00"]


def probabilities(tables: dict[str, pd.DataFrame]) -> None:
    """P(action) of one or several policies, by name."""
    table = pd.concat([table.assign(policy=name) for name, table in tables.items()])
    table["said"] = table["probability"].map("{:.3f}".format)
    if len(tables) > 1:
        table["said"] += " " + table["policy"]
    length: dict[str, Any] = {"field": "probability", "type": "quantitative", "title": "P(action)"}
    length |= {
        "scale": {"domain": [0, 1.2 if len(tables) == 1 else 2]},
        "axis": {"values": [0, 0.5, 1]},
    }
    _quick(
        table,
        {
            "encoding": {
                "y": {"field": "action", "sort": list(ACTION_COLOURS), "title": None},
                "yOffset": {"field": "policy", "sort": list(tables)},
                "x": length,
            },
            "layer": [
                {"mark": "bar", "encoding": {"color": _coloured("action", ACTION_COLOURS)}},
                {
                    "mark": {"type": "text", "align": "left", "dx": 3, "color": GREY},
                    "encoding": {"text": {"field": "said"}},
                },
            ],
        },
        height=60 + 75 * len(tables),
    )


def contributions(table: pd.DataFrame, label: str, heads: list[str]) -> None:
    """By component, stacked by the token that it takes them from."""
    names = list(dict.fromkeys(table["component"]))
    value = {"field": "value", "type": "quantitative"}
    _quick(
        table,
        {
            "mark": {"type": "bar", "stroke": "white", "strokeWidth": 0.5},
            "encoding": {
                "x": {
                    "field": "component",
                    "sort": names,
                    "title": None,
                    "axis": {"labelAngle": 0},
                },
                "y": {**value, "title": label},
                "color": _coloured("component", colours_of(names, heads)),
                "tooltip": [{"field": "component"}, {"field": "token"}, {**value, "format": ".3f"}],
            },
        },
        height=230,
    )


def calibration(table: pd.DataFrame, rtg: float) -> None:
    """Return against its target, with its 95% interval, and where it stands now."""
    target = {"field": "rtg", "type": "quantitative", "title": "target return"}
    returned = {"type": "quantitative", "title": "returned"}
    band = {"y": {"field": "low", **returned}, "y2": {"field": "high"}}
    here = {"values": [{"rtg": rtg}]}
    _quick(
        table[["rtg", "mean_return", "low", "high"]],
        {
            "encoding": {"x": target},
            "layer": [
                {"mark": {"type": "area", "opacity": 0.25, "color": BLUE}, "encoding": band},
                {
                    "mark": {"type": "line", "color": BLUE},
                    "encoding": {"y": {"field": "mean_return", **returned}},
                },
                {
                    "mark": {"type": "line", "strokeDash": [2, 2], "color": GREY},
                    "encoding": {"y": {"field": "rtg", **returned}},
                },
                {"mark": {"type": "rule", "color": ORANGE}, "data": here},
            ],
        },
        height=150,
    )


def _quick(table: pd.DataFrame, spec: dict[str, Any], height: int) -> None:
    """The browser keeps the spec, and exchanges its data."""
    st.vega_lite_chart(table, spec, height=height)


def _coloured(field: str, colours: dict[str, str]) -> dict[str, Any]:
    scale = {"domain": list(colours), "range": list(colours.values())}
    return {"field": field, "scale": scale, "legend": None}


def colours_of(names: list[str], heads: list[str]) -> dict[str, str]:
    """A component's: a head keeps its own, whatever else is shown."""
    of_heads = dict(zip(heads, HEADS * len(heads), strict=False))
    return {
        name: of_heads.get(name)
        or COMPONENT_COLOURS.get("MLP" if name.endswith("MLP") else name, GREY)
        for name in names
    }
