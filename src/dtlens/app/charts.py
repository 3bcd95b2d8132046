"""Charts of the library's tables, in the colours of the figures."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from dtlens import World
from dtlens.app.quick import ACTION_COLOURS, colours_of
from dtlens.env.dynamic_obstacles import STEP
from dtlens.report.figures.style import GREY, ORANGE

DIVERGING = alt.Scale(scheme="blueorange", domainMid=0)


def field(table: pd.DataFrame, world: World) -> None:
    """The likeliest action in each cell and direction, on the room's things."""
    chances = table[list(ACTION_COLOURS)]
    table = table.assign(action=chances.idxmax(axis=1), probability=chances.max(axis=1))
    steps = table["direction"].map(dict(enumerate(STEP)))
    table["at_x"] = table["x"] + [0.27 * dx for dx, _ in steps]
    table["at_y"] = table["y"] + [0.27 * dy for _, dy in steps]
    table["angle"] = 90 + 90 * table["direction"]  # a triangle points up
    axis: dict[str, Any] = {"domain": [0.5, 6.5], "nice": False}
    cells = alt.Axis(values=list(range(1, 7)), grid=False, format="d")
    x = alt.X("at_x", scale=alt.Scale(**axis), axis=cells, title="x")
    y = alt.Y("at_y", scale=alt.Scale(**axis, reverse=True), axis=cells, title="y")
    arrows = (
        alt.Chart(table)
        .mark_point(shape="triangle-up", filled=True, size=170)
        .encode(
            x=x,
            y=y,
            angle=alt.Angle("angle", scale=None),
            color=alt.Color(
                "action", scale=_scale(ACTION_COLOURS), legend=alt.Legend(orient="top", title=None)
            ),
            opacity=alt.Opacity(
                "probability", legend=None, scale=alt.Scale(domain=[1 / 3, 1], range=[0.15, 1])
            ),
            tooltip=["x", "y", *(alt.Tooltip(name, format=".3f") for name in ACTION_COLOURS)],
        )
    )
    things = [(*ball, "circle") for ball in world.balls] + [(*world.goal, "square")]
    placed = pd.DataFrame(things, columns=["at_x", "at_y", "colour", "shape"])
    solid = (
        alt.Chart(placed)
        .mark_point(filled=True, size=1400, opacity=1)
        .encode(
            x="at_x",
            y="at_y",
            color=alt.Color("colour", scale=None),
            shape=alt.Shape("shape", scale=None),
        )
    )
    st.altair_chart(alt.layer(solid, arrows).resolve_scale(color="independent"), height=560)


def timeline(table: pd.DataFrame, at: int) -> int | None:
    """Contributions by step; the step that was clicked, if one was."""
    names = list(dict.fromkeys(table["component"]))
    picked = alt.selection_point(fields=["step"], name="picked")
    base = alt.Chart(table).encode(
        x=alt.X("step:O", axis=alt.Axis(labelOverlap=True, labelAngle=0))
    )
    squares = base.mark_rect().encode(
        y=alt.Y("component", sort=names, title=None, axis=alt.Axis(labelOverlap=False)),
        color=alt.Color("value", scale=DIVERGING, title="logits"),
        tooltip=["step", "action", "component", alt.Tooltip("value", format=".3f")],
    )
    here = (
        alt.Chart(pd.DataFrame({"step": [at]})).mark_rule(color=ORANGE, size=2).encode(x="step:O")
    )
    chart = squares.add_params(picked) + here
    event = st.altair_chart(
        chart, height=60 + 22 * len(names), on_select="rerun", key=f"timeline-{at}-{len(table)}"
    )
    chosen = event["selection"]["picked"]
    return int(chosen[0]["step"]) if chosen else None


def cells(table: pd.DataFrame, by: str, label: str) -> None:
    """Maps over the agent's view, one for each value of the column `by`."""
    bound = table["value"].abs().max() or 1
    chart = (
        alt.Chart(table)
        .mark_rect()
        .encode(
            x=alt.X("x:O", title=None, axis=alt.Axis(labels=False, ticks=False)),
            y=alt.Y("y:O", title=None, axis=alt.Axis(labels=False, ticks=False)),
            color=alt.Color(
                "value", title=label, scale=alt.Scale(scheme="blueorange", domain=[-bound, bound])
            ),
            tooltip=["x", "y", alt.Tooltip("value", format=".3f")],
        )
        .properties(width=170, height=170)
        .facet(alt.Facet(by, sort=list(dict.fromkeys(table[by])), title=None), columns=4)
    )
    st.altair_chart(chart, width="content")


def scan(table: pd.DataFrame, rtg: float, label: str, heads: list[str]) -> None:
    """What the reward-to-go does in this state, by measure."""
    titles = {"probability": "P(action)", "contribution": label, "attention": "attention to RTG"}
    here = alt.Chart(pd.DataFrame({"rtg": [rtg]})).mark_rule(color=GREY).encode(x="rtg")
    for column, (measure, title) in zip(st.columns(3), titles.items(), strict=True):
        rows = table[table["measure"] == measure]
        names = list(dict.fromkeys(rows["name"]))
        if not names:
            continue
        colours = ACTION_COLOURS if measure == "probability" else colours_of(names, heads)
        lines = (
            alt.Chart(rows)
            .mark_line()
            .encode(
                x=alt.X("rtg", title="target return"),
                y=alt.Y("value", title=title),
                color=alt.Color(
                    "name",
                    scale=_scale(colours),
                    legend=alt.Legend(orient="bottom", title=None, columns=4),
                ),
                tooltip=["rtg", "name", alt.Tooltip("value", format=".3f")],
            )
        )
        column.altair_chart(lines + here, height=320)


def bars(table: pd.DataFrame, across: str, by: str, label: str) -> None:
    """Values by two columns: groups of bars."""
    chart = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X(
                across,
                sort=list(dict.fromkeys(table[across])),
                title=None,
                axis=alt.Axis(labelAngle=0),
            ),
            xOffset=by,
            y=alt.Y("value", title=label),
            color=alt.Color(
                by, scale=alt.Scale(scheme="tableau10"), legend=alt.Legend(orient="top", title=None)
            ),
            tooltip=[across, by, alt.Tooltip("value", format=".3f")],
        )
    )
    st.altair_chart(chart, height=260)


def squares(table: pd.DataFrame, across: str, down: str, value: str = "value") -> None:
    """A heat map with its numbers."""
    base = alt.Chart(table).encode(
        x=alt.X(across, sort=None, title=across, axis=alt.Axis(labelAngle=-30)),
        y=alt.Y(down, sort=None, title=down),
    )
    filled = base.mark_rect().encode(color=alt.Color(value, scale=DIVERGING, legend=None))
    numbers = base.mark_text().encode(text=alt.Text(value, format=".2f"))
    st.altair_chart(filled + numbers, height=90 + 36 * table[down].nunique())


def lines(table: pd.DataFrame, x: str, by: str) -> None:
    """A line for each value of the column `by`."""
    chart = (
        alt.Chart(table)
        .mark_line(point=True)
        .encode(
            x=x,
            y="value",
            color=alt.Color(by, legend=alt.Legend(orient="bottom", columns=3)),
            tooltip=[x, by, "value"],
        )
    )
    st.altair_chart(chart, height=280)


def _scale(colours: dict[str, str]) -> alt.Scale:
    return alt.Scale(domain=list(colours), range=list(colours.values()))
