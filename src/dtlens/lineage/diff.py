"""What changed between two states of the project: from verdicts and numbers to figures."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
import yaml12
from dvc.utils.diff import diff, format_dict
from dvc.utils.flatten import flatten
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from dtlens.base.errors import UserError
from dtlens.lineage.history import History
from dtlens.lineage.locks import Lock
from dtlens.lineage.stages import stages

NUMBERS, PARAMS, CLAIMS = "results/headline.json", "params.yaml", "results/readings.csv"
SHEET, FIGURES = "models.yaml", "results/figures/"
INTERVAL = {"value", "low", "high"}


class State(NamedTuple):
    """The project at a revision, or in the working folder."""

    numbers: dict[str, Any]  # the headline; empty where there is none
    params: dict[str, Any]  # with those of the models' lines
    lock: Lock
    claims: bytes  # the table of readings; empty where there is none

    @classmethod
    def at(cls, history: History, revision: str | None) -> Self:
        params = parsed(PARAMS, yaml12.parse_yaml, history.read(revision, PARAMS)) or {}
        sheet = parsed(SHEET, YAML(typ="safe").load, history.find(revision, SHEET)) or {}
        return cls(
            parsed(NUMBERS, json.loads, history.find(revision, NUMBERS) or b"{}"),
            params | {"models": sheet.get("models", {})},
            history.lock_of(revision),
            history.find(revision, CLAIMS),
        )


def parsed(path: str, parse: Callable[[str], Any], content: bytes) -> Any:
    """What a file holds; raises `UserError` if it is damaged."""
    try:
        return parse(content.decode())
    except (ValueError, YAMLError) as error:
        raise UserError(f"{path}: damaged: {' '.join(str(error).split())}") from error


def claims(old: State, new: State) -> pd.DataFrame:
    """The statements with another reading, or another count in an arm."""
    before, after = verdicts(old.claims), verdicts(new.claims)
    names = [n for n in dict.fromkeys([*before, *after]) if before.get(n) != after.get(n)]
    rows = [(*name, before.get(name, "-"), after.get(name, "-")) for name in names]
    return pd.DataFrame(rows, columns=["claim", "of", "before", "after"])


def verdicts(table: bytes) -> dict[tuple[str, str], str]:
    """Each statement's reading, and in how many models of each arm it holds, by its claim's number
    and measure, and what it is of."""
    if not table:
        return {}
    keys, claims = (
        ["claim", "measure"],
        pd.read_csv(BytesIO(table), keep_default_na=False, dtype=str),
    )
    return {
        (" ".join(row[key] for key in keys if key in row), str(of)): said
        for row in claims.to_dict("records")
        for of, said in row.items()
        if of not in keys
    }


def leaves(tree: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The values of nested mappings with their dotted names; one with an interval is one value."""
    if isinstance(tree, dict) and set(tree) != INTERVAL:
        for key, value in tree.items():
            yield from leaves(value, f"{name}.{key}" if name else str(key))
    elif isinstance(tree, dict):
        yield name, {key: np.nan if value is None else value for key, value in tree.items()}
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


def differs(was: Any, now: Any) -> bool:
    """Whether a number changed by more than noise; one without a whole interval, at all.

    To vanish or to become NaN is a change, to stay NaN is none.
    """
    if all(isinstance(n, dict) and np.isfinite([*n.values()]).all() for n in (was, now)):
        return has_moved(was, now)
    return was != now and json.dumps(was) != json.dumps(now)


def numbers(old: State, new: State) -> pd.DataFrame:
    """The headline numbers that moved by more than noise, or have no interval and changed."""
    before, after = dict(leaves(old.numbers)), dict(leaves(new.numbers))
    names = dict.fromkeys([*before, *after])
    rows = [
        (name, shown(before.get(name)), shown(after.get(name)))
        for name in names
        if differs(before.get(name), after.get(name))
    ]
    return pd.DataFrame(rows, columns=["number", "before", "after"])


def shown(value: Any) -> str:
    if isinstance(value, dict) and value:
        return f"{value['value']:.3g} [{value['low']:.3g}, {value['high']:.3g}]"
    if isinstance(value, float):
        return f"{value:.4g}"
    return "-" if value is None else json.dumps(value)


def parameters(old: State, new: State) -> pd.DataFrame:
    """The parameters that changed, as `dvc params diff` has them."""
    comparable = ({PARAMS: {"data": format_dict(state.params)}} for state in (old, new))
    names = sorted(diff(*comparable).get(PARAMS, {}), key=str)
    before, after = flatten(old.params), flatten(new.params)
    rows = [(str(name), shown(before.get(name)), shown(after.get(name))) for name in names]
    return pd.DataFrame(rows, columns=["parameter", "before", "after"])


def figures(old: State, new: State) -> pd.DataFrame:
    """The figures whose bytes changed; "*" stands for the cells of a matrix stage."""
    before, after = (
        {path: md5 for path, md5 in state.lock.outputs() if path.startswith(FIGURES)}
        for state in (old, new)
    )
    names = [n for n in sorted({*before, *after}) if before.get(n) != after.get(n)]
    makers = old.lock.makers | new.lock.makers
    # A figure is two files, .svg and .png, of one stage.
    stems = {str(Path(name).with_suffix("")).removeprefix(FIGURES): makers[name] for name in names}
    count = Counter(
        stem.replace(cell, "*") if (cell := by.partition("@")[2]) else stem
        for stem, by in stems.items()
    )
    return pd.DataFrame(sorted(count.items()), columns=["figure", "count"])


def report(revision: str, other: str | None, tables: str) -> str:
    """All that changed from a revision to another, or to the working folder.

    `tables` is the format of its tables, one of tabulate's.
    """
    history = History()
    old, new = State.at(history, revision), State.at(history, other)
    parts = {
        "Claims with another reading": claims(old, new),
        "Headline numbers that moved by more than seed noise": numbers(old, new),
        "Parameters": parameters(old, new),
        "Stages": stages(old.lock, new.lock),
        "Figures": figures(old, new),
    }
    lines = [f"## dtlens: {revision} to {other or 'the working folder'}"]
    for title, table in parts.items():
        text = table.to_markdown(index=False, tablefmt=tables, disable_numparse=True)
        lines += [f"### {title}", text if len(table) else "None."]
    return "\n\n".join(lines)
