"""Why this action, in this state: what each part, token and cell adds to it."""

import streamlit as st

import dtlens
from dtlens.app import charts, quick, show, state

now = state.chosen()
model, window = now.model, now.window
left, right = st.columns([2, 3])
with left:
    show.room(now)
with right:
    table = dtlens.contributions(model, window, *now.preference)
    quick.contributions(table, now.explained, now.heads)
    st.caption(
        f"What each part adds to the {now.explained}, {table['value'].sum():.2f} in all; a head's"
        " by the token it attends to."
    )

cells, scan, attention, gradients = st.tabs(
    ["Cells of the view", "Over rewards-to-go", "Attention", "Integrated gradients"]
)
with cells:
    added = dtlens.cell_contributions(model, window, *now.preference)
    via = st.pills("By way of", list(dict.fromkeys(added["via"])), default="direct", required=True)
    charts.cells(added[added["via"] == via], "channel", now.explained)
    st.caption("Agent at the bottom, facing up. A head's attention is as it is in this state.")
with scan:
    charts.scan(dtlens.scan(model, window, *now.preference), now.rtg, now.explained, now.heads)
with attention:
    heads = dtlens.attention(model, window)
    for column, name in zip(st.columns(max(len(now.heads), 1)), now.heads, strict=False):
        column.markdown(name)
        with column:
            charts.squares(heads[heads["head"] == name], "key", "query")
with gradients:
    ways = {
        "nothing in front": dtlens.floor_ahead(window),
        "target return -1": window._replace(rtg=window.rtg * 0 - 1),
    }
    against = st.segmented_control(
        "Against the same state,", list(ways), default="nothing in front", required=True
    )
    parts = dtlens.integrated_gradients(model, window, ways[against], *now.preference)
    states = parts[parts["x"].notna()]
    charts.cells(states, "token", now.explained)
    rtg = parts.loc[parts["x"].isna(), "value"].sum()
    st.caption(
        f"Reward-to-go: {rtg:.2f}; cells: {states['value'].sum():.2f} of the {now.explained}."
    )
