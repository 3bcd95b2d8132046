"""What changed between two states of the project: numbers, parameters, stages and figures."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
import yaml

from dtlens.lineage.locks import LOCK, History, Lock, Stage

METRICS, PARAMS, FIGURES = "results/metrics.json", "params.yaml", "results/figures/"
INTERVAL = {"value", "low", "high"}


class State(NamedTuple):
    """The project at a revision, or in the working folder."""

    metrics: dict[str, Any]
    params: dict[str, Any]
    lock: Lock

    @classmethod
    def at(cls, history: History, revision: str | None) -> Self:
        metrics, params, lock = (history.read(revision, path) for path in (METRICS, PARAMS, LOCK))
        return cls(json.loads(metrics), yaml.safe_load(params), Lock(lock.decode()))


def leaves(tree: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The values of nested mappings with their dotted names; one with an interval is one value."""
    if isinstance(tree, dict) and set(tree) != INTERVAL:
        for key, value in tree.items():
            yield from leaves(value, f"{name}.{key}" if name else str(key))
    else:
        yield name, tree


def has_moved(old: dict[str, float], new: dict[str, float]) -> bool:
    """Whether the 95% interval of the difference leaves out 0.

    It follows from the intervals of both sides (Zou and Donner, 2008: their square-and-add).
    """
    change = new["value"] - old["value"]
    below = np.hypot(new["value"] - new["low"], old["high"] - old["value"])
    above = np.hypot(new["high"] - new["value"], old["value"] - old["low"])
    return bool(change - below > 0 or change + above < 0)


def numbers(old: State, new: State) -> pd.DataFrame:
    """The headline numbers that moved by more than noise, or have no interval and changed."""
    before, after = dict(leaves(old.metrics)), dict(leaves(new.metrics))
    rows = []
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if has_moved(was, now) if isinstance(was, dict) and isinstance(now, dict) else was != now:
            rows.append((name, shown(was), shown(now)))
    return pd.DataFrame(rows, columns=["number", "before", "after"])


def shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['value']:.3g} [{value['low']:.3g}, {value['high']:.3g}]"
    if isinstance(value, float):
        return f"{value:.4g}"
    return "-" if value is None else json.dumps(value)


def parameters(old: State, new: State) -> pd.DataFrame:
    """The parameters that changed."""
    before, after = dict(leaves(old.params)), dict(leaves(new.params))
    names = [n for n in dict.fromkeys([*before, *after]) if before.get(n) != after.get(n)]
    rows = [(name, shown(before.get(name)), shown(after.get(name))) for name in names]
    return pd.DataFrame(rows, columns=["parameter", "before", "after"])


def reasons(old: Stage, new: Stage, lock: Lock) -> set[str]:
    """What of a stage changed, among command, params, code, inputs and outputs."""
    changed = {entry.path for entry in {*old.inputs} ^ {*new.inputs}}
    made = {path for path in changed if lock.made_under(path)}
    found = {
        "command": old.command != new.command,
        "params": old.params != new.params,
        "code": bool(changed - made),
        "inputs": bool(made),
        "outputs": {*old.outputs} != {*new.outputs},
    }
    return {what for what, differs in found.items() if differs}


def stages(old: State, new: State) -> pd.DataFrame:
    """The stages that changed, the cells of a matrix stage together, and what of them."""
    count, what = defaultdict[str, int](int), defaultdict[str, set[str]](set)
    for name in dict.fromkeys([*old.lock, *new.lock]):
        if old.lock.recorded.get(name) == new.lock.recorded.get(name):
            continue
        if name in old.lock and name in new.lock:
            differs = reasons(old.lock[name], new.lock[name], new.lock)
        else:
            differs = {"new" if name in new.lock else "gone"}
        count[name.partition("@")[0]] += 1
        what[name.partition("@")[0]] |= differs
    rows = [(name, count[name], ", ".join(sorted(what[name]))) for name in count]
    return pd.DataFrame(rows, columns=["stage", "count", "changed"])


def figures(old: State, new: State) -> pd.DataFrame:
    """The figures whose bytes changed."""
    before, after = (
        {path: md5 for path, md5 in state.lock.outputs() if path.startswith(FIGURES)}
        for state in (old, new)
    )
    names = [n for n in sorted({*before, *after}) if before.get(n) != after.get(n)]
    stems = dict.fromkeys(str(Path(name).with_suffix("")) for name in names)
    return pd.DataFrame({"figure": [stem.removeprefix(FIGURES) for stem in stems]})


def report(revision: str, other: str | None, tables: str) -> str:
    """All that changed from a revision to another, or to the working folder.

    `tables` is the format of its tables, one of tabulate's.
    """
    history = History()
    old, new = State.at(history, revision), State.at(history, other)
    parts = {
        "Headline numbers that moved by more than seed noise": numbers(old, new),
        "Parameters": parameters(old, new),
        "Stages": stages(old, new),
        "Figures": figures(old, new),
    }
    lines = [f"## dtlens: {revision} to {other or 'the working folder'}"]
    for title, table in parts.items():
        text = table.to_markdown(index=False, tablefmt=tables, disable_numparse=True)
        lines += [f"### {title}", text if len(table) else "None."]
    return "\n\n".join(lines)
