"""The game itself: a scene of it, and what its agent sees."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import UInt8
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from dtlens.env.dynamic_obstacles import GOAL, STEP
from dtlens.env.minigrid import FRONT, VIEW
from dtlens.env.settings import Environment
from dtlens.report.figures.style import new_figure

TILE = 32  # pixels
MARGIN = 3.3  # cells
SEED, AGENT, DIRECTION = 4, (2, 4), 0  # a scene with something in front, and the goal in view


class Scene(NamedTuple):
    """Pictures of the world and of the agent's view, and the obstacles' cells in the world."""

    world: UInt8[np.ndarray, "height width 3"]
    view: UInt8[np.ndarray, "height width 3"]
    obstacles: list[tuple[int, int]]


def render(environment: Environment) -> Scene:
    """One and the same scene, as MiniGrid draws it."""
    import gymnasium
    import minigrid  # noqa: F401  (registers the environments)

    env: Any = gymnasium.make(environment.id).unwrapped
    env.reset(seed=SEED)
    env.agent_pos, env.agent_dir = AGENT, DIRECTION
    world = env.get_frame(tile_size=TILE)
    view = env.get_frame(tile_size=TILE, agent_pov=True)
    return Scene(
        world, view, [(int(x), int(y)) for x, y in (ball.cur_pos for ball in env.obstacles)]
    )


def draw(picture: UInt8[np.ndarray, "height width 3"], axes: Axes) -> Axes:
    """A picture in units of cells: cell (x, y) reaches to (x + 1, y + 1), y downward; at its sides
    there is room for names."""
    height, width = picture.shape[0] / TILE, picture.shape[1] / TILE
    axes.imshow(picture, extent=(0, width, height, 0), interpolation="nearest")
    axes.set_xlim(-MARGIN, width + MARGIN)
    axes.set_axis_off()
    return axes


def name(axes: Axes, text: str, cell: tuple[float, float], place: tuple[float, float]) -> None:
    """An arrow from `text`, centred at `place`, to the middle of a cell."""
    arrow = {"arrowstyle": "-|>", "color": "black", "shrinkB": 4}
    arrow |= {"path_effects": [withStroke(linewidth=3, foreground="white")]}  # on dark cells
    axes.annotate(
        text,
        (cell[0] + 0.5, cell[1] + 0.5),
        place,
        ha="center",
        va="center",
        annotation_clip=False,
        arrowprops=arrow,
    )


def page(environment: Environment) -> Figure:
    scene = render(environment)
    figure, (world, view) = new_figure(1, 2, 12, 4)
    draw(scene.world, world).set_title("the world: 8 x 8 cells, walls around")
    draw(scene.view, view).set_title("what the agent is shown: 7 x 7 cells, itself facing up")
    ahead = (AGENT[0] + STEP[DIRECTION][0], AGENT[1] + STEP[DIRECTION][1])
    name(world, "agent", AGENT, (-1, AGENT[1] + 0.5))
    name(world, "the cell\nin front", ahead, (-1.4, 6.5))
    name(world, "goal", GOAL, (9, GOAL[1] + 0.5))
    name(world, "obstacles,\nmoving at\nrandom", scene.obstacles[-1], (9.8, 3.3))
    name(world, "what it sees,\nlighter", (7, 1), (9.8, 0.7))
    name(view, "agent", (VIEW[0] // 2, VIEW[1] - 1), (8.3, 6.5))
    name(view, "the cell\nin front", FRONT, (8.6, 4.6))
    name(view, "goal", (5, 2), (8.3, 2.5))
    figure.suptitle(
        f"{environment.id}: turn left, turn right or go forward,"
        f" at most {environment.max_steps} times"
    )
    return figure
