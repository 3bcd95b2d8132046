"""Play with the arrow keys, or let the model play, and see what it would do and why."""

import streamlit as st

import dtlens
from dtlens.app import keys, models, quick, show, state
from dtlens.app.sidebar import BIND

TURNS = {
    ":material/undo:": ("L", "turn left"),
    ":material/arrow_upward:": ("F", "go forward"),
    ":material/redo:": ("R", "turn right"),
}


def compared(now: state.Chosen) -> dict[str, state.Chosen]:
    """Who is asked in this state, by name: the chosen model, and another if there is one."""
    with st.popover("Compare", width="stretch"):
        names = models.names()
        other = st.selectbox("with a model", names, None, key="other", bind=BIND)
        rtg = st.slider("target return", -1.0, 1.0, 0.9, 0.05, key="other_rtg", bind=BIND)
    beside = now.beside(other or now.name, rtg)
    shown = [now, beside] if other or rtg != 0.9 else [now]
    return {it.label: it for it in shown}


@st.fragment
@show.in_one_line()
def play() -> None:
    now = state.chosen()
    state.in_address()
    room, view, decision = st.columns([3, 3, 4])
    with room:
        show.room(now)
    with view:
        show.view(now)
    with decision:
        policies = compared(now)
        tables = {name: dtlens.choices(it.policy, it.window) for name, it in policies.items()}
        quick.probabilities(tables)
        if len(policies) == 1:
            quick.calibration(models.calibration(now.name), now.rtg)

    row = st.columns([2, 2, 2, 4, 4, 3, 3, 4], vertical_alignment="bottom")
    for column, (label, (letter, said)) in zip(row, TURNS.items(), strict=False):
        column.button(label, on_click=state.act, args=(letter,), width="stretch", help=said)
    row[3].button("Model: a step", on_click=state.act, args=("M",), width="stretch")
    row[4].button("Model: finish", on_click=state.play_on, width="stretch")
    row[5].button("Again", on_click=state.again, width="stretch")
    with row[6]:
        show.game_as_text()
    with row[7]:
        show.scrub(now)
    for column, it in zip(st.columns(len(policies)), policies.values(), strict=True):
        with column:
            table = dtlens.contributions(it.model, it.window, *it.preference)
            quick.contributions(table, it.explained, it.heads)
    st.caption("Arrow keys move the agent; m lets the model move.")
    keys.listen()


play()
