"""Is it the waiting that calibrates a model, or that data is late?

Models of the same runs learned from a random walk's late episodes, from the delayed-goal agent's,
and from neither.
"""

import pandas as pd

from dtlens.beyond.attainable_returns.returns import errors
from dtlens.beyond.attainable_returns.settings import DELAYED, NOTHING, WALK
from dtlens.beyond.means import means

LESS = f"{WALK} less {NOTHING}"


def of_errors(returns: pd.DataFrame, targets: list[float]) -> pd.DataFrame:
    """The errors by what is added, encoding and error; and by how much more those of the random
    walk's are, run by run. `returns` has added; name says which run it is."""
    found = errors(returns, ["added", "encoding"], targets)
    wide = found.pivot_table("value", ["error", "encoding", "name"], "added")
    wide[LESS] = wide[WALK] - wide[NOTHING]
    rows = wide[[NOTHING, DELAYED, WALK, LESS]].melt(ignore_index=False).reset_index()
    rows = rows.sort_values(["error", "encoding"], ascending=[False, True], kind="stable")
    return means(rows, ["added", "encoding", "error"])
