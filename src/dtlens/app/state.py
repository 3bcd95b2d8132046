"""What a visitor has chosen. All of it is in the page's address: a link brings it back.

Pages read `chosen()`: what the sidebar's widgets have, each bound to a parameter of the address,
and the position in a game.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

import streamlit as st

from dtlens import Game, HookedDecisionTransformer, Shown, World, choices
from dtlens.analysis.lens.components import head_names
from dtlens.app import models
from dtlens.base.errors import UserError
from dtlens.library.experiments import Policy


@dataclass(frozen=True)
class Chosen:
    """A model in a game, at a step of it, at a target return."""

    name: str
    parts: tuple[str, ...]  # ablated
    reference: str
    rtg: float
    game: Game
    at: int
    towards: str
    against: str | None

    @property
    def model(self) -> HookedDecisionTransformer:
        return models.model(self.name)

    @property
    def policy(self) -> Policy:
        """What plays: the model, without what is ablated."""
        return models.policy(self.name, self.parts, self.reference)

    @property
    def world(self) -> World:
        """The room at the step."""
        return self.game.worlds[self.at]

    @property
    def window(self) -> Shown:
        """What the model is shown at the step."""
        return self.game.window(self.model.model.cell.context, self.rtg, self.at)

    @property
    def label(self) -> str:
        """Who plays, in short."""
        without = f" without {', '.join(self.parts)}" if self.parts else ""
        return f"{Path(self.name).name}{without}, target return {self.rtg:g}"

    @property
    def heads(self) -> list[str]:
        cell = self.model.model.cell
        return head_names(cell)

    @property
    def explained(self) -> str:
        """The preference, in words."""
        return f"logit of {self.towards}" + (f" less {self.against}" if self.against else "")

    @property
    def preference(self) -> tuple[str, str | None]:
        """The actions whose logits are explained, as the library's functions take them."""
        return self.towards, self.against

    def beside(self, name: str, rtg: float) -> Self:
        """The same state before another model, whole, or at another target return."""
        return replace(self, name=name, rtg=rtg, parts=self.parts if name == self.name else ())


@dataclass(frozen=True)
class Position:
    """A game and the step of it that is shown, as the address has them.

    It is no widget's: a browser that is asked for the next run while one is under way still sends
    what its widgets had before. And it is changed in one go, with the presses of keys that it has
    `seen`: a run can be given up for another wherever it looks at what is chosen.
    """

    seed: int = 0
    world: str = ""  # empty: the seed's own
    start: int = 0
    actions: str = ""
    at: int = 0
    seen: int = 0


def position() -> Position:
    """The visitor's; at first what the address says. Raises `UserError` naming what it cannot."""
    if "position" not in st.session_state:
        query = st.query_params
        try:
            first = Position(
                seed=int(query.get("seed", "0")),
                world=query.get("world", ""),
                start=int(query.get("start", "0")),
                actions=query.get("actions", ""),
                at=int(query.get("at", "0")),
            )
        except ValueError as error:
            raise UserError(f"address: {error}") from error
        st.session_state["position"] = first
    return st.session_state["position"]


def go(**changes: Any) -> None:
    """Change the position."""
    st.session_state["position"] = replace(position(), **changes)


def in_address() -> None:
    """Write the position into the page's address, what is as usual left out."""
    usual, own = asdict(Position()), asdict(replace(position(), seen=0))
    for name, value in own.items():
        if value != usual[name]:
            st.query_params[name] = str(value)
        else:
            st.query_params.pop(name, None)


def game() -> Game:
    """The visitor's game, as far as it was played; what was played before is not played again."""
    now = position()
    world = World.parse(now.world) if now.world else None
    begun = (now.seed, world, now.start)
    kept: Game | None = st.session_state.get("game")
    if kept is None or kept.begun != begun or not now.actions.startswith(kept.letters):
        kept = Game(*begun)
    kept.play(now.actions[len(kept.letters) :])
    st.session_state["game"] = kept
    return kept


def act(letters: str, seen: int | None = None) -> None:
    """Go on from the step that is shown with the actions L, R, F, or M: the model's own. Of keys,
    those up to number `seen` are then taken."""
    now = chosen()
    played = now.game
    if now.at < len(played.actions):  # another way from there
        played = Game.played(*now.game.begun, now.game.letters[: now.at])
    for letter in letters:
        if played.outcome:
            break
        if letter == "M":
            shown = played.window(now.model.model.cell.context, now.rtg)
            letter = choose(now, shown)
        played.play(letter)
    seen = position().seen if seen is None else seen
    go(actions=played.letters, at=len(played.letters), seen=seen)


def play_on(most: int | None = None) -> None:
    """The model plays, so many steps or to the end."""
    left = chosen().game.steps_left if most is None else most
    act("M" * left)


def choose(now: Chosen, shown: Shown) -> str:
    """The letter of the policy's action: the likeliest, or one drawn."""
    table = choices(now.policy, shown)
    row = (
        table.sample(weights="probability")
        if st.session_state["sampled"]
        else table.nlargest(1, "probability")
    )
    return str(row["action"].item())[0].upper()


def again() -> None:
    """The same game from its first step."""
    go(actions="", at=0)


def begin(world: World | None = None, start: int = 0) -> None:
    """A new game, in a `world` or as its seed has it."""
    go(world=str(world or ""), start=start, actions="", at=0)


def chosen() -> Chosen:
    """What is chosen now, from the widgets that the sidebar has."""
    state, played = st.session_state, game()
    return Chosen(
        name=state["file"] or state["model"],
        parts=tuple(state["ablated"]),
        reference=state["reference"],
        rtg=state["rtg"],
        game=played,
        at=min(position().at, len(played.actions)),
        towards=state["towards"],
        against=None if state["against"] == "nothing" else state["against"],
    )
