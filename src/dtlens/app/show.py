"""The game, as pages show it."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from urllib.parse import urlencode

import streamlit as st
from PIL import Image

from dtlens import World
from dtlens.app import state
from dtlens.app.state import Chosen
from dtlens.base.errors import UserError

ENDS = {
    "goal": ":green-badge[in the goal]",
    "obstacle": ":blue-badge[into an obstacle]",
    "wall": ":gray-badge[into a wall]",
    "time_out": ":orange-badge[out of time]",
}


@contextmanager
def in_one_line() -> Iterator[None]:
    """What cannot be is said on the page, and the app lives on."""
    try:
        yield
    except UserError as error:
        st.error(str(error))


def picture(world: World, of_view: bool = False) -> None:
    """The room, with what the agent sees brighter; or its view, facing up."""
    said = "what the agent sees, facing up" if of_view else f"the room: {world}"
    st.html(
        f'<img alt="{said}" style="width:100%;border-radius:4px" src="{_drawn(world, of_view)}">'
    )


@lru_cache(maxsize=512)
def _drawn(world: World, of_view: bool) -> str:
    """Within the page: a picture that is fetched may be gone by then, if a key was pressed."""
    file = BytesIO()
    Image.fromarray(world.picture(of_view)).save(file, "png", compress_level=1)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def room(now: Chosen) -> None:
    """The room, and what happened."""
    picture(now.world)
    said = f"step {now.at}, t = {now.game.begun[2] + now.at}"
    if now.game.outcome and now.at == len(now.game.actions):
        said += f" {ENDS[now.game.outcome]} return {now.game.reward:.2f}"
    st.markdown(said)


def view(now: Chosen) -> None:
    picture(now.world, of_view=True)
    st.markdown("what it sees, facing up")


def game_as_text() -> None:
    """The position, to read and to change."""
    at = state.position()
    with st.popover("As text"), st.form("as_text", border=False):
        seed = st.number_input("Seed", 0, 2**31 - 1, at.seed)
        start = st.number_input("First timestep", 0, None, at.start)
        world = st.text_input("World (empty: the seed's)", at.world)
        actions = st.text_input("Actions so far", at.actions)
        if st.form_submit_button("Go there"):
            state.go(seed=seed, start=start, world=world, actions=actions, at=len(actions))
            st.rerun()


def scrub(now: Chosen) -> None:
    """Which step is shown."""
    steps = len(now.game.actions)
    at = st.number_input(f"Step shown, of {steps}", 0, steps, now.at)
    if at != now.at:
        state.go(at=at)
        st.rerun(scope="fragment")


def link() -> str:
    """The address of this state."""
    base = (st.context.url or "").split("?")[0]
    return f"{base}?{urlencode(st.query_params.to_dict())}"
