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
    digits = 2
    while digits < 6 and abs(float(f"{value:.{digits}g}")) == 1 != abs(value):
        digits += 1  # no share of less than all is written as all
    return f"{value:.{digits}g}" if abs(value) < 99.5 else f"{value:.0f}"


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


def value(row: Row) -> str:
    """A number alone; of steps, of how many it is."""
    return f"{row['value']:.0f} of {row['n']}" if row["unit"] == "steps" else two(row["value"])


def spread(row: Row) -> str:
    """The median of an arm's values, with the least and the greatest where they differ."""
    least, median, most = (two(row[name]) for name in ("least", "median", "greatest"))
    return median if least == most or isnan(row["median"]) else f"{median} [{least}, {most}]"


def counts(pairs: Iterable[tuple[int, int]]) -> str:
    """How many of how many, statement by statement, as in "6, 4, 6 of 6", or "6 of 6 each"."""
    parts = []
    for n, group in groupby(pairs, lambda pair: pair[1]):
        parts.append(each([str(k) for k, _ in group], f" of {n}"))
    return "; ".join(parts) or "-"


def each(said: list[str], unit: str = "") -> str:
    """What is said of each statement, once if it is the same of all."""
    if len(said) > 1 and len(set(said)) == 1:
        return f"{said[0]}{unit} each"
    return f"{', '.join(said)}{unit}"


def percent(share: float) -> str:
    """Of untrained models; "-" where they are not asked."""
    if isnan(share):
        return "-"
    return f"**{share:.0%}**" if share > OFTEN else f"{share:.0%}"


def table(header: list[str], rows: Iterable[list[str]]) -> list[str]:
    """In Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return [
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    ]
