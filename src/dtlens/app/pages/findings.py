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


def written(name: str, headings: str) -> str:
    """A page of results, less such headings and its pictures, which stand under Figures."""
    path = RESULTS / name
    if not path.exists():
        return "Not here yet: `./run snakemake -j2 all` makes it."
    page = re.sub(rf"^({headings}|!\[).*", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return re.sub(r"\[(Figure)\]\(figures/(\w+)\.png\)", r"\1 *\2*", page)


figures = sorted((RESULTS / "figures").glob("*.png"))
if not figures:
    st.info("No figures here yet: `./run snakemake -j2 headline` makes them.")
    st.stop()
names = [path.stem for path in figures]
report, figure, beyond, grid = st.tabs(["Report", "Figures", "Beyond the study", "Grid"])
with report:
    st.image(RESULTS / "figures/claims.png")
    st.markdown(written("claims.md", "#").partition("\n## Terms")[0])
with figure:
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
with beyond:
    st.markdown(written("beyond.md", "# "))
with grid:
    st.image(RESULTS / "figures/grid.png")
