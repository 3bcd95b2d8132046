"""How play goes in each kind of room: how it ends, and where it leads."""

from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Int

from dtlens.base.intervals import mean_interval, wilson
from dtlens.beyond.rooms.batch import Answer, Batch, Kept, Rooms
from dtlens.play.outcomes import outcome_rates
from dtlens.play.players import Player

COLUMNS = ["evidence", "kind", "ablated", "event", "value", "low", "high", "n"]
PLAY, WHOLE = "play", "none"
OLD_PLACE, IN_CORNER, AT_WALLS = "old_place", "in_corner", "at_walls"


class Watched(Batch):
    """Rooms that remember where their agents have been, until each one's first episode ends.

    `visited`: whether it ever stood in the bottom right corner, where the goal was in training.
    `in_corner`: the steps it began there or in one of the two cells beside it. `at_walls`: those it
    began in a cell beside a wall.
    """

    def __init__(self, *settings: Any) -> None:
        super().__init__(*settings)
        last = self.rooms.size - 2
        self.corner = self.cell_of(last, last)
        near = [self.corner, self.cell_of(last - 1, last), self.cell_of(last, last - 1)]
        inner = [self.cell_of(x, y) for x in range(2, last) for y in range(2, last)]
        cells = np.arange(self.board.shape[1])
        self._near, self._beside = np.isin(cells, near), ~np.isin(cells, inner)
        self.visited = np.zeros(self.count, bool)
        self.in_corner, self.at_walls = np.zeros((2, self.count), np.int64)

    def step(self, actions: Any, ids: Int[np.ndarray, " room"] | None = None) -> Answer:
        rows = np.arange(self.count) if ids is None else ids
        self.in_corner[rows] += self._near[self.agent[rows]]
        self.at_walls[rows] += self._beside[self.agent[rows]]
        answer = super().step(actions, ids)
        self.visited[rows] |= self.agent[rows] == self.corner
        return answer


def behaviour(player: Player, rooms: Rooms, episodes: int, seed: int) -> pd.DataFrame:
    """A row per event: each of `OUTCOMES`, the share of the episodes that end so; "old_place", the
    share in which the agent ever stands in the bottom right corner; "in_corner" and "at_walls", the
    shares of an episode's steps that begin there or in a cell beside it, and beside a wall.
    Columns: event, value, low, high (95% over episodes: Wilson, of steps bootstrap), n.
    """
    kept = Kept(rooms, Watched)
    played, watched = player(kept.make, episodes), kept.batch
    visits, generator = int(watched.visited.sum()), np.random.default_rng(seed)
    led = [(OLD_PLACE, visits / episodes, *wilson(visits, episodes), episodes)]
    for event, steps in ((IN_CORNER, watched.in_corner), (AT_WALLS, watched.at_walls)):
        shares = steps / played.length
        led.append((event, shares.mean(), *mean_interval(shares, generator), episodes))
    ends = outcome_rates(played, np.zeros(episodes)).drop(columns="rtg")
    return pd.concat([ends, pd.DataFrame(led, columns=ends.columns)], ignore_index=True)


def in_rooms(
    player: Player, kinds: dict[str, Rooms], episodes: int, seed: int, ablated: str = WHOLE
) -> pd.DataFrame:
    """`behaviour` in each kind of room. Columns: `COLUMNS`."""
    tables = [
        behaviour(player, rooms, episodes, seed).assign(evidence=PLAY, kind=kind, ablated=ablated)
        for kind, rooms in kinds.items()
    ]
    return pd.concat(tables, ignore_index=True)[COLUMNS]
