"""The app's pages, beside what is chosen: the script that Streamlit runs."""

from pathlib import Path

import dtlens.base.stage  # noqa: F401  (one thread, before any library reads it)

import streamlit as st

from dtlens.app.show import in_one_line
from dtlens.app.sidebar import sidebar
from dtlens.app.state import in_address

PAGES = Path(__file__).parent / "pages"
TITLES = {
    "play": "Play",
    "world": "World",
    "history": "History",
    "why": "Why this action",
    "what_if": "What if",
    "field": "Policy field",
    "weights": "Weights",
    "training": "Training",
    "findings": "Findings",
}

st.set_page_config("dtlens", layout="wide")
st.html("<style>[data-testid=stMainBlockContainer]{padding:4.5rem 2rem 2rem}</style>")
page = st.navigation(
    [st.Page(PAGES / f"{name}.py", title=title) for name, title in TITLES.items()], position="top"
)
with in_one_line():
    with st.sidebar:
        sidebar()
    in_address()
    page.run()
