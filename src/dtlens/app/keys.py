"""The keyboard, as a component: no press is lost, however quick.

A run of the page that is under way when a key is pressed is given up for a new one. So presses are
numbered in the browser, the last of them are handed over together, and those are taken here whose
number was not seen before.
"""

import streamlit as st

from dtlens.app import state

KEY = "keys"  # of the component's state
KEPT = 200

_listen = st.components.v2.component(
    "dtlens_keys",
    js=f"""
const meant = {{ArrowLeft: "L", ArrowRight: "R", ArrowUp: "F", m: "M"}};
const typed = 'input, textarea, select, [contenteditable], [role="slider"], [role="combobox"]';
export default function ({{ setStateValue }}) {{
  const keys = (window.dtlensKeys ??= {{ count: 0, recent: [] }});
  window.removeEventListener("keydown", keys.pressed);
  window.removeEventListener("pointerup", keys.released);
  keys.pressed = (event) => {{
    const letter = meant[event.key];
    if (!letter || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(typed)) return;
    event.preventDefault();
    if (event.repeat) return;
    keys.count += 1;
    keys.recent = [...keys.recent, [keys.count, letter]].slice(-{KEPT});
    setStateValue("pressed", keys.recent);
  }};
  // A slider that was drawn with the mouse gives the arrow keys back.
  keys.released = () => {{
    if (document.activeElement?.matches?.('[role="slider"]')) document.activeElement.blur();
  }};
  window.addEventListener("keydown", keys.pressed);
  window.addEventListener("pointerup", keys.released);
}}
""",
)


def listen() -> None:
    """Play what is pressed: the arrow keys' L, R, F, and m, the model's own move."""
    _listen(key=KEY, on_pressed_change=_take, height=1)
    if _unseen():  # the call below was given up for a new run, and that had no press of its own
        _take()
        st.rerun()


def _unseen() -> list[tuple[int, str]]:
    pressed = st.session_state.get(KEY, {}).get("pressed") or []
    return [(n, letter) for n, letter in pressed if n > state.position().seen]


def _take() -> None:
    if new := _unseen():
        state.act("".join(letter for _, letter in new), seen=new[-1][0])
