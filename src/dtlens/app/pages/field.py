"""What the policy would do everywhere in this room, at this reward-to-go."""

import streamlit as st

import dtlens
from dtlens.app import charts, show, state

now = state.chosen()
places, views = now.world.everywhere()
time = int(now.window.time[0, -1])
chart, side = st.columns([3, 2])
with chart:
    charts.field(dtlens.policy_field(now.policy, places, views, now.rtg, time), now.world)
with side:
    st.markdown(
        "In each cell a triangle for each direction that the agent could face. Its colour is the"
        " likeliest action; it is the fainter, the less likely that is. Slide the reward-to-go and"
        " see it turn."
    )
    show.room(now)
