"""What is chosen, as widgets; each is bound to a parameter of the page's address."""

import tempfile
from pathlib import Path
from typing import Final

import streamlit as st

from dtlens.analysis.behaviour.ablation import REFERENCES
from dtlens.analysis.lens.components import components
from dtlens.app import models
from dtlens.base.errors import UserError

BIND: Final = "query-params"


def sidebar() -> None:
    """Draw it; raises `UserError` for what cannot be, after all that could mend it is drawn."""
    _model()
    beyond = st.toggle("Beyond -1 to 1", key="beyond", bind=BIND)
    reach = 3.0 if beyond else 1.0
    st.slider("Target return", -reach, reach, 0.9, 0.05, key="rtg", bind=BIND)
    _interventions()
    left, right = st.columns(2)
    left.selectbox("Explained: why", ["forward", "left", "right"], key="towards", bind=BIND)
    against = ["right", "left", "forward", "nothing"]
    right.selectbox("rather than", against, key="against", bind=BIND)
    st.toggle("Draw the model's actions", key="sampled", bind=BIND)


def _model() -> None:
    names = models.names()
    st.selectbox("Model", names, key="model", placeholder="none is here", bind=BIND)
    with st.popover("A file instead", width="stretch"):
        help_file = "A checkpoint of this project or of the study's code, by its path"
        st.text_input("Path", key="file", help=help_file, bind=BIND)
        if uploaded := st.file_uploader("or upload it", type=["pt", "pth", "safetensors"]):
            st.session_state["uploaded"] = _kept(uploaded.name, uploaded.getvalue())
        if path := st.session_state.get("uploaded"):
            st.button(
                f"Use {Path(path).name}", on_click=st.session_state.update, kwargs={"file": path}
            )
    if not (names or st.session_state["file"]):
        raise UserError(
            "no models here yet: `./run dvc pull` brings those of this commit,"
            " `./run snakemake -j2 headline` makes them"
        )


def _kept(name: str, content: bytes) -> str:
    """An uploaded file, in a folder of its own that lasts as long as the app."""
    path = Path(tempfile.mkdtemp(prefix="dtlens-"), Path(name).name)
    path.write_bytes(content)
    return str(path)


def _interventions() -> None:
    model = models.model(st.session_state["file"] or st.session_state["model"])
    parts = [component.name for component in components(model.model.cell)]
    st.caption(model.model.cell.name)  # in full: the box above cuts it
    st.multiselect("Without", parts, key="ablated", placeholder="nothing ablated", bind=BIND)
    st.segmented_control(
        "in its place", REFERENCES, key="reference", default="mean", required=True, bind=BIND
    )
