"""Edit the world: a tool, and a click on a cell; a game begins in what it gives."""

from dataclasses import replace

import streamlit as st
from minigrid.core.constants import COLOR_NAMES

import dtlens
from dtlens import World
from dtlens.app import show, state
from dtlens.env.world import DIRECTIONS

MARKS = {"agent": "→↓←↑", "goal": "★", "ball": "●"}


def put(tool: str, cell: tuple[int, int], colour: str) -> None:
    """What a click does: the agent that is clicked turns, a ball that is clicked goes."""
    world = now.world
    if tool == "agent":
        turned = (world.direction + 1) % 4 if cell == world.agent else world.direction
        begin(replace(world, agent=cell, direction=turned))
    elif tool == "goal":
        begin(replace(world, goal=(*cell, colour)))
    elif ball := next((ball for ball in world.balls if ball[:2] == cell), None):
        begin(replace(world, balls=tuple(other for other in world.balls if other != ball)))
    else:
        begin(replace(world, balls=(*world.balls, (*cell, colour))))


def begin(world: World) -> None:
    state.begin(world, now.game.begun[2] + now.at)


def mark(cell: tuple[int, int]) -> str:
    """What stands in a cell, as its button says."""
    if cell == now.world.agent:
        return MARKS["agent"][now.world.direction]
    if cell == now.world.goal[:2]:
        return MARKS["goal"]
    return MARKS["ball"] if cell in [ball[:2] for ball in now.world.balls] else " "


now = state.chosen()
left, right = st.columns([4, 5])
with left:
    tool = st.segmented_control("Put", list(MARKS), default="ball", required=True, key="tool")
    colour = st.selectbox("in colour", COLOR_NAMES, 0, disabled=tool == "agent")
    for y in range(1, 7):
        for x, column in enumerate(st.columns(6, gap="xxsmall"), 1):
            column.button(
                mark((x, y)),
                key=f"cell-{x}-{y}",
                help=f"cell {x}, {y}",
                on_click=put,
                args=(tool, (x, y), colour),
                width="stretch",
            )
    st.caption("A click on the agent turns it, on a ball takes it away. The game begins anew.")
with right:
    show.room(now)
    facing = st.pills("It faces", DIRECTIONS, default=DIRECTIONS[now.world.direction])
    if facing and facing != DIRECTIONS[now.world.direction]:
        begin(replace(now.world, direction=DIRECTIONS.index(facing)))
        st.rerun()
    index = st.number_input("or a scene of the bank", 0, key="scene")
    if st.button("Take it"):
        state.begin(*dtlens.bank_world(int(index)))
        st.rerun()
