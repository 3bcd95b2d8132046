"""What if a part were away, or had seen another state, or the reward-to-go alone were another."""

import streamlit as st

import dtlens
from dtlens import World
from dtlens.analysis.behaviour.ablation import REFERENCES
from dtlens.app import charts, models, quick, show, state
from dtlens.app.sidebar import BIND


def without(now: state.Chosen) -> None:
    """The model whole, and without the parts that are chosen, by what stands in their place."""
    if not now.parts:
        st.info("Choose parts under *Without*, at the side: here, and in play, they are then away.")
        return
    tables = {"whole": dtlens.choices(now.model, now.window)}
    for reference in REFERENCES:
        policy = models.policy(now.name, now.parts, reference)
        tables[f"{reference} in their place"] = dtlens.choices(policy, now.window)
    quick.probabilities(tables)
    st.caption(f"Before, and without {', '.join(now.parts)}. Play on: they are away there too.")


def patched(now: state.Chosen) -> None:
    """What each activation of another world does here."""
    text = st.text_input("The other world", str(now.world), key="patched", bind=BIND)
    other = World.parse(text)
    show.picture(other)
    if other == now.world:
        st.info("Edit it: move, add or take away a ball, turn the agent.")
        return
    clean, here = (
        dtlens.window(world.view(), now.rtg, t=now.game.begun[2] + now.at)
        for world in (other, now.world)
    )
    moved = f"change of the {now.explained}"
    table = dtlens.patch_one(now.model, clean, here, *now.preference)
    charts.bars(table, "component", "part", moved)
    st.caption("What each part does when its activation is the other state's.")
    paths = dtlens.patch_paths_one(now.model, clean, here, *now.preference)
    charts.bars(paths, "sender", "receiver", moved)
    st.caption("What a head's change does by way of one reader alone.")


def target_return(now: state.Chosen) -> None:
    """The same state, at another target return."""
    rtg = st.slider("Target return instead", -1.0, 1.0, -1.0, 0.05, key="instead", bind=BIND)
    policies = {f"target return {it.rtg:g}": it for it in (now, now.beside(now.name, rtg))}
    quick.probabilities(
        {name: dtlens.choices(it.policy, it.window) for name, it in policies.items()}
    )


now = state.chosen()
left, right = st.columns([2, 5])
with left:
    show.room(now)
with right:
    tabs = {
        "Take parts away": without,
        "Patch from another state": patched,
        "Target return": target_return,
    }
    for tab, what in zip(st.tabs(list(tabs)), tabs.values(), strict=True):
        with tab, show.in_one_line():
            what(now)
