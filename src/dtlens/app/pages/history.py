"""The game so far: what was done, and why, step by step."""

import streamlit as st

import dtlens
from dtlens.app import charts, show, state

now = state.chosen()
table = dtlens.timeline(now.model, now.game, now.rtg, *now.preference)
st.markdown(f"What each part adds to the {now.explained}, at each step; a click shows that step")
picked = charts.timeline(table, now.at)
if picked is not None and picked != now.at:
    state.go(at=picked)
    st.rerun()

room, view, marks = st.columns([3, 3, 4])
with room:
    show.room(now)
with view:
    show.view(now)
with marks:
    st.markdown("**Bookmarks**")
    kept = st.session_state.setdefault("bookmarks", [])
    if st.button("Bookmark this state"):
        kept.append((f"step {now.at}: {now.label}", dict(st.query_params)))
    for label, address in kept:
        st.page_link("pages/play.py", label=label, query_params=address, icon=":material/bookmark:")
    st.caption("This state, as a link to share")
    st.code(show.link(), wrap_lines=True)
