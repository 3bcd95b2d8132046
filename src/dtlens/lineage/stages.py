"""Which stages changed between two dvc.lock, and what became of those that are no more."""

from collections import defaultdict
from collections.abc import Container

import pandas as pd

from dtlens.lineage.locks import Lock, Stage, group

Cells = dict[str, Stage]  # those of a matrix stage, or a plain stage alone


def stages(old: Lock, new: Lock) -> pd.DataFrame:
    """A row for each stage of dvc.yaml that changed, all its cells together: how many, and what."""
    before, after = cells(old), cells(new)
    heirs = {name: makers(before[name], new) for name in before if name not in after}
    rows = []
    for name in dict.fromkeys([*before, *after]):
        if name in heirs:
            rows.append((name, len(before[name]), fate(name, heirs, before)))
        elif name in before:
            rows.append((name, *changes(before[name], after[name], new)))
        elif not any(name in into for into in heirs.values()):
            rows.append((name, len(after[name]), "new"))
    table = pd.DataFrame(rows, columns=["stage", "count", "changed"])
    return table[table["count"] > 0]


def cells(lock: Lock) -> dict[str, Cells]:
    """The stages by their name in dvc.yaml, then by their own."""
    found = defaultdict[str, Cells](dict)
    for name in lock:
        found[group(name)][name] = lock[name]
    return found


def changes(old: Cells, new: Cells, lock: Lock) -> tuple[int, str]:
    """How many of a stage's cells changed, and what of them."""
    both = [name for name in old if name in new and old[name] != new[name]]
    what = sorted({reason for name in both for reason in reasons(old[name], new[name], lock)})
    gone, added = len(old.keys() - new.keys()), len(new.keys() - old.keys())
    what += [f"{n} {word}" for n, word in ((gone, "gone"), (added, "new")) if n]
    return len(both) + gone + added, ", ".join(what)


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


def makers(old: Cells, lock: Lock) -> list[str]:
    """The stages that now make what these made: the same paths, else the same bytes elsewhere."""
    outputs = [entry for stage in old.values() for entry in stage.outputs]
    same = [entry.path for entry in outputs if entry.path in lock.makers]
    moved = [lock.made[entry.md5] for entry in outputs if entry.md5 in lock.made]
    return list(dict.fromkeys(group(lock.makers[path]) for path in same or moved))


def fate(name: str, heirs: dict[str, list[str]], before: Container[str]) -> str:
    """What became of a stage that is no more, from the stages that make what each such made."""
    match heirs[name]:
        case []:
            return "gone"
        case [heir]:
            alone = heir not in before and sum(heir in into for into in heirs.values()) == 1
            return f"renamed {heir}" if alone else f"merged into {heir}"
        case several:
            return f"split into {', '.join(several)}"
