"""Numbers of a table, as sentences have them."""

import pandas as pd


def number(table: pd.DataFrame, **where: object) -> str:
    """The value of the one row that is so, and its interval where there is one."""
    rows = table[(table[list(where)] == pd.Series(where)).all(axis=1)]
    (row,) = rows.to_dict("records")
    if pd.isna(row["low"]):
        return f"{row['value']:.2f}"
    return f"{row['value']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"


def markdown(table: pd.DataFrame) -> str:
    """A table of texts, its first columns those of the index."""
    return table.to_markdown(index=False)
