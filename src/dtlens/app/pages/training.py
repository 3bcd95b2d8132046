"""The model while it trained, in the present state."""

import pandas as pd
import streamlit as st

import dtlens
from dtlens.app import charts, quick, show, state
from dtlens.library.project import project

MOMENTS = ["early", "middle", "late"]
now = state.chosen()
runs = sorted(path.name for path in (project() / "data/over_time").glob("*"))
if not runs:
    st.info("No checkpoints of a training here: `./run dvc pull` brings them.")
    st.stop()
left, right = st.columns([1, 2])
run = left.selectbox("Training", runs)
moment = right.select_slider("Moment", MOMENTS, "late")
path = str(project() / "data/over_time" / run / f"{moment}.safetensors")
then = now.beside(path, now.rtg)
room, decision = st.columns([1, 2])
with room:
    show.room(now)
with decision:
    quick.probabilities({moment: dtlens.choices(then.model, then.window)})
    table = dtlens.contributions(then.model, then.window, *now.preference)
    quick.contributions(table, now.explained, then.heads)
if (curves := project() / "results/over_time" / f"{run}.csv").exists():
    table = pd.read_csv(curves)
    measure = st.pills(
        "While it trained", list(table["measure"].unique()), default="return", required=True
    )
    charts.lines(table[table["measure"] == measure], "step", "of")
