"""The report, and its figures: where each comes from, and the state that it speaks of."""

import re
from pathlib import Path

import streamlit as st

from dtlens.app.findings import STATES
from dtlens.library.project import project
from dtlens.lineage import text
from dtlens.lineage.trace import trace

RESULTS = project() / "results"


@st.cache_data(show_spinner="It looks where the figure comes from")
def lineage(path: Path, changed: float) -> str:
    return text.screen(trace(path))


figures = sorted((RESULTS / "figures").glob("*.png"))
if not figures:
    st.info("No figures here yet: `./run snakemake -j2 headline` makes them.")
    st.stop()
names = [path.stem for path in figures]
tabs = st.tabs(["Report", "Figures", "Grid"])
with tabs[0]:
    report, _, _ = (RESULTS / "claims.md").read_text(encoding="utf-8").partition("\n## Terms")
    st.image(RESULTS / "figures/claims.png")
    st.markdown(re.sub(r"^(#|!\[).*", "", report, flags=re.MULTILINE))
with tabs[1]:
    name = st.selectbox("Figure", names, names.index("attribution"))
    path = RESULTS / "figures" / f"{name}.png"
    opened = STATES[name]
    st.page_link(
        f"pages/{opened.page}.py",
        label="Open a state that it speaks of",
        query_params=opened.address,
    )
    st.image(path)
    with st.expander("Where it comes from"):
        st.code(lineage(path, path.stat().st_mtime))
with tabs[2]:
    st.image(RESULTS / "figures/grid.png")
