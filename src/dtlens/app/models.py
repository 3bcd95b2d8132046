"""The models of the app: loaded once a visitor, as hooks on a shared one would meet each other."""

from contextlib import chdir
from pathlib import Path

import pandas as pd
import streamlit as st

import dtlens
from dtlens.library.experiments import Policy
from dtlens.library.project import MODELS, project
from dtlens.model.sheet import PATH as SHEET
from dtlens.model.sheet import read_sheet
from dtlens.model.transformer import Windows


def names() -> list[str]:
    """The pipeline's models that are here; those that are analysed first."""
    folder = project()
    found = sorted(path.stem for path in (folder / MODELS).glob("*.safetensors"))
    first = _analysed(folder)
    return sorted(found, key=lambda name: first.index(name) if name in first else len(first))


@st.cache_data(ttl=10, show_spinner=False)  # seconds: reading settings takes a while
def _analysed(folder: Path) -> list[str]:
    with chdir(folder):
        return list(read_sheet().analysed) if SHEET.exists() else []


@st.cache_resource(scope="session", max_entries=8, show_spinner="Loading the model")
def model(name: str) -> dtlens.HookedDecisionTransformer:
    """Of the pipeline by name, or of a file."""
    return dtlens.load(name)


@st.cache_resource(scope="session", max_entries=8, show_spinner="It plays, to see what it does")
def states(name: str) -> dict[int, Windows]:
    """Windows of a model's own play, by their number of steps: for means to ablate by."""
    return dtlens.own_states(model(name))


@st.cache_resource(scope="session", max_entries=32, show_spinner=False)
def policy(name: str, parts: tuple[str, ...], reference: str) -> Policy:
    """A model, without `parts` of it if there are any."""
    whole = model(name)
    if not parts:
        return whole
    return dtlens.ablate(whole, *parts, reference=reference, states=states(name))


@st.cache_data(max_entries=64, show_spinner="It plays, to be calibrated")
def calibration(name: str) -> pd.DataFrame:
    """The pipeline's table of a model, or a short one made here."""
    path = project() / "results/models" / Path(name).name / "calibration.csv"
    return pd.read_csv(path) if path.exists() else dtlens.calibrate(model(name), episodes=20)
