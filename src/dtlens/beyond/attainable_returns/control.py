"""Is it the waiting that calibrates a model, or that data is late?

Models of the same runs learned from a random walk's late episodes, from the delayed-goal agent's,
and from neither.
"""

import pandas as pd

from dtlens.beyond.attainable_returns.returns import errors, inside
from dtlens.beyond.attainable_returns.settings import NOTHING, WALK
from dtlens.beyond.means import Values, grouped

LESS = f"{WALK} less {NOTHING}"
# By what is added to the agent's data, a table of each model's returns, the models in one order.
Added = dict[str, list[pd.DataFrame]]


def of_errors(added: Added, targets: list[float]) -> Values:
    """The errors by what is added, encoding and error; and by how much more those of the random
    walk's are, run by run."""
    found = {
        what: pd.DataFrame([errors(table, "as_told", targets) for table in tables])
        for what, tables in added.items()
    }
    encodings = pd.Series([table["encoding"].iloc[0] for table in added[NOTHING]])
    for error in found[NOTHING]:
        for encoding in encodings.unique():
            own = {what: rows[error][encodings == encoding] for what, rows in found.items()}
            for what, values in (own | {LESS: own[WALK] - own[NOTHING]}).items():
                yield (what, encoding, str(error)), values.tolist()


def of_targets(added: Added, targets: list[float]) -> Values:
    """The mean return at each target, as it is told."""
    rows = [table.assign(added=what) for what, tables in added.items() for table in tables]
    told = inside(pd.concat(rows), "as_told", targets)
    return grouped(told, ["added", "encoding", "rtg"], "mean_return")
