"""What a model's weights say, whatever the state."""

import pandas as pd
import streamlit as st

import dtlens
from dtlens.app import charts, models, state

KINDS = {
    "embedding_maps": "State embedding",
    "head_maps": "QK and OV",
    "composition": "Composition",
    "singular_values": "Singular values",
    "neurons": "Neurons",
}


@st.cache_data(scope="session", max_entries=20, show_spinner="It reads the weights")
def weights(name: str, kind: str) -> pd.DataFrame:
    return dtlens.weights(models.model(name), kind)


def narrowed(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The rows of one value of each column, which is chosen."""
    for column, name in zip(st.columns(len(names)), names, strict=True):
        if values := list(table[name].dropna().unique()):
            chosen = column.pills(name, values, default=values[0], required=True, key=f"of-{name}")
            table = table[table[name] == chosen]
    return table


now = state.chosen()
st.markdown(f"`{now.model!r}`")
kind = st.segmented_control(
    "Show", list(KINDS), format_func=KINDS.__getitem__, default="embedding_maps", required=True
)
table = weights(now.name, kind)
if table.empty:
    st.info("This model has none: it has no layers.")
    st.stop()
if kind == "embedding_maps":
    charts.cells(narrowed(table[table["measure"] == "weight"], ["onto"]), "of", "logits")
elif kind == "head_maps":
    charts.cells(narrowed(table, ["circuit", "head", "onto", "measure", "rtg"]), "of", "logits")
elif kind == "composition":
    charts.squares(narrowed(table, ["path"]), "receiver", "sender")
elif kind == "singular_values":
    charts.lines(table.assign(of=table["circuit"] + " of " + table["head"]), "rank", "of")
else:
    shown = narrowed(table, ["pair", "rtg", "front"])
    names = "L" + shown["layer"].astype(str) + "N" + shown["neuron"].astype(str)
    charts.bars(shown.assign(neuron=names, pairs=shown["pair"]), "neuron", "pairs", "logits")
st.dataframe(table, height=240)
