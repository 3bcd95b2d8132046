"""How numbers, verdicts and counts are written in the report."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from math import isfinite, isnan
from typing import Any

Row = Mapping[Any, Any]  # of a table, by column
OFTEN = 0.2  # of untrained models: what more of them hold is marked


def two(value: float) -> str:
    """A number of two digits; "none" for none."""
    if isnan(value):
        return "none"
    if 0 < abs(value) < 0.0005:
        return "<0.001" if value > 0 else ">-0.001"
    text = f"{value:.2g}" if abs(value) < 99.5 else f"{value:.0f}"
    # No share of less than all is written as all.
    return text if abs(float(text)) != 1 or abs(value) == 1 else f"{value:.4f}".rstrip("0")


def interval(row: Row) -> str:
    """A number with its interval, where it has one."""
    if isnan(row["value"]) or isnan(row["low"]) or row["low"] == row["high"]:
        return two(row["value"])
    return f"{two(row['value'])} [{two(row['low'])}, {two(row['high'])}]"


def mark(holds: float) -> str:
    """Of a model's verdict; nothing for a number that is described."""
    return "" if isnan(holds) else "✓" if holds else "✗"


def rule(above: float, below: float) -> str:
    """The bounds in words; nothing for a number that is described."""
    bounds = [f"> {above:.2g}"] * isfinite(above) + [f"< {below:.2g}"] * isfinite(below)
    return " and ".join(bounds)


def counts(pairs: Iterable[tuple[int, int]]) -> str:
    """How many of how many, statement by statement: (6, 6), (6, 6), (2, 6) is "6 (2x), 2 of 6"."""
    parts = []
    for n, group in groupby(pairs, lambda pair: pair[1]):
        runs = [(k, len(list(same))) for k, same in groupby(k for k, _ in group)]
        said = [f"{k}" if times == 1 else f"{k} ({times}x)" for k, times in runs]
        parts.append(f"{', '.join(said)} of {n}")
    return "; ".join(parts) or "-"


def percent(share: float) -> str:
    """Of untrained models; "-" where they are not asked."""
    if isnan(share):
        return "-"
    return f"**{share:.0%}**" if share > OFTEN else f"{share:.0%}"


def table(header: list[str], rows: Iterable[list[str]]) -> list[str]:
    """In Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines]
