"""Numbers of a table, as sentences and tables of the report have them."""

from collections.abc import Callable

import pandas as pd

# Of returns, root mean squares over targets.
ERRORS = {"mean": "error of the mean return", "episode": "error of single episodes"}


def said(row: "pd.Series[float]", digits: int = 2) -> str:
    """A value and its interval, where there is one."""
    if pd.isna(row["low"]):
        return f"{row['value']:.{digits}f}"
    return f"{row['value']:.{digits}f} [{row['low']:.{digits}f}, {row['high']:.{digits}f}]"


def number(table: pd.DataFrame, digits: int = 2, **where: str | float) -> str:
    """The value of the one row that is so, with its interval; "none" where there is no such row."""
    rows = table[(table[list(where)] == pd.Series(where)).all(axis=1)]
    return said(rows.iloc[0], digits) if len(rows) else "none"


def numbers(table: pd.DataFrame, *columns: str, digits: int = 2) -> Callable[..., str]:
    """`number` of a value of each of the columns, in their order."""
    return lambda *values: number(table, digits, **dict(zip(columns, values, strict=True)))


def counted(count: int, thing: str) -> str:
    """1 place, 2 places."""
    return f"{count} {thing}{'s' * (count > 1)}"


def crossed(table: pd.DataFrame, down: str, across: str, titles: dict[str, str]) -> str:
    """A Markdown table: a row for each value of `down`, a column for each title of `across` that
    is there."""
    cells = table.assign(text=table.apply(said, axis=1)).pivot_table(
        index=down, columns=across, values="text", aggfunc="first"
    )
    columns = [name for name in titles if name in cells]
    cells = cells.reindex(table[down].unique())[columns].rename(columns=titles)
    return markdown(cells.fillna("").rename_axis(None, axis=1).reset_index())


def markdown(table: pd.DataFrame) -> str:
    """A Markdown table of texts."""
    return table.to_markdown(index=False, disable_numparse=True)
