"""A file's chain of stages as text: on one screen, or all of it."""

import json
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from dtlens.lineage.history import Commit
from dtlens.lineage.locks import Entry, Stage, group
from dtlens.lineage.trace import MATCHES, Trace

WIDTH = 100  # of a parameter's line on the screen
FEW = 8  # files that have a line each


def whole(found: Trace) -> str:
    """Every stage and file; source files are counted, unless one differs."""
    lines = [f"{found.path}: {found.how}"]
    for stage in found.stages:
        code, data = inputs(found, stage)
        lines += ["", stage.name, f"  {stage.command}"]
        lines += [f"  {key}: {json.dumps(value)}" for key, value in stage.params.items()]
        lines += [line(found, "<-", entry) for entry in data]
        lines += [line(found, "<-", e) for e in code if found.on_disk[e] != MATCHES]
        lines.append(f"  <- {count(found, code)} source files match")
        lines += [line(found, "->", entry) for entry in stage.outputs]
    return "\n".join(lines)


def screen(found: Trace) -> str:
    """The file's own stage; a line for each stage behind it, all its cells together; parameters."""
    own, *others = found.stages
    code, data = inputs(found, own)
    beside = [entry for entry in own.outputs if entry.path != found.path]
    lines = [f"{found.path}: {found.how}", f"{own.name}: {own.command}"]
    if len(data) <= FEW:
        lines += [line(found, "<-", entry) for entry in data]
    else:
        lines.append(f"  <- {count(found, data)} results match{wrong(found, data)}")
    lines.append(f"  <- {count(found, code)} source files match{wrong(found, code)}")
    lines += [line(found, "->", entry) for entry in own.outputs if entry.path == found.path]
    if beside:
        lines.append(f"  -> {count(found, beside)} files beside it match{wrong(found, beside)}")
    cells = defaultdict[str, list[Stage]](list)
    for stage in others:
        cells[group(stage.name)].append(stage)
    if cells:
        lines += ["stages behind it (--all: each with its command and files)"]
        named = {f"{n} x {len(s)}" if len(s) > 1 else n: s for n, s in cells.items()}
        width = max(map(len, named))
        lines += [f"  {name:{width}}  {together(found, s)}" for name, s in named.items()]
    if read := parameters(found.stages):
        long = [key for key, value in read if len(f"{key}: {value}") > WIDTH]
        lines += ["parameters"]
        lines += [f"{key}: {value}" for key, value in read if key not in long]
        lines += textwrap.wrap(f"and those of {', '.join(long)} (--all)", WIDTH) if long else []
    return "\n".join(lines)


def together(found: Trace, stages: list[Stage]) -> str:
    """The files of a matrix stage's cells, and the last commit that brought an output of theirs."""
    entries = dict.fromkeys(e for stage in stages for e in (*stage.inputs, *stage.outputs))
    commits = {found.history.introduced.get(e.md5) for stage in stages for e in stage.outputs}
    last = next((c for c in reversed(found.history.commits) if c in commits), None)
    since = commit(None if None in commits else last)
    return f"{count(found, entries)} files match{wrong(found, entries)}  {since}"


def parameters(stages: list[Stage]) -> list[tuple[str, str]]:
    """All that the stages read, as JSON, in order; not again what a longer section holds."""
    read = {(key, json.dumps(value)) for stage in stages for key, value in stage.params.items()}
    parts = [part for key, value in read for part in _parts(key, json.loads(value))]
    return sorted(read - {(key, json.dumps(value)) for key, value in parts})


def _parts(section: str, values: Any) -> Iterator[tuple[str, Any]]:
    """All that is within a section, at every depth, by dotted name."""
    for key, value in values.items() if isinstance(values, dict) else ():
        yield f"{section}.{key}", value
        yield from _parts(f"{section}.{key}", value)


def inputs(found: Trace, stage: Stage) -> tuple[list[Entry], list[Entry]]:
    """A stage's inputs: the source, and what other stages made."""
    code = [entry for entry in stage.inputs if not found.makers(entry)]
    return code, [entry for entry in stage.inputs if found.makers(entry)]


def count(found: Trace, entries: Iterable[Entry]) -> str:
    match = [found.on_disk[entry] == MATCHES for entry in entries]
    return f"{sum(match)} of {len(match)}"


def wrong(found: Trace, entries: Iterable[Entry]) -> str:
    """The first file that is not as recorded, and how many more; empty if all are."""
    named = [f"{e.path} {found.on_disk[e]}" for e in entries if found.on_disk[e] != MATCHES]
    more = f", {len(named) - 1} more" if len(named) > 1 else ""
    return f" ({named[0]}{more})" if named else ""


def line(found: Trace, arrow: str, entry: Entry) -> str:
    since = commit(found.history.introduced.get(entry.md5))
    return f"  {arrow} {entry.path}  {entry.md5[:8]}  {found.on_disk[entry]}  {since}"


def commit(since: Commit | None) -> str:
    return f"{since.id[:7]} {since.date}" if since else "not committed"
