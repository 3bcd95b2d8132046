"""Methods graded: what each one makes of a reward-to-go and of time, beside what is so."""

import numpy as np
import pandas as pd

from dtlens.beyond.attribution_benchmark.closed_form import worth
from dtlens.beyond.attribution_benchmark.methods import RTG, STATE, Parts

QUESTIONS = ["token of the target", "token of time", "direction of time", "worth of a step"]
COLUMNS = ["method", "question", "truth", "value", "n"]


def share_on_rtg(parts: Parts) -> float:
    """Of the sizes of both tokens' mean parts, the RTG token's; NaN if the method tells of one."""
    if not {RTG, STATE} <= set(parts):
        return np.nan
    on_rtg, on_state = parts[RTG].mean(), parts[STATE].mean()
    return float(abs(on_rtg) / (abs(on_rtg) + abs(on_state)))


def token_of_time(held: pd.DataFrame) -> float:
    """What is so, by play: of the error that holding each token's time adds, the RTG token's."""
    error = held.set_index("held")["value"]
    added = (error - error["none"]).clip(lower=0)
    total = added[RTG] + added[STATE]
    return float(added[RTG] / total) if total > 0 else np.nan


def grades(
    target: dict[str, Parts], time: dict[str, Parts], held: pd.DataFrame, max_steps: int
) -> pd.DataFrame:
    """A row for each method and question.

    `target` and `time` are each method's parts in the contrasts "rtg" and "time", which are worth
    the same; a method that tells of both tokens is asked which one; direction is the share of pairs
    in which its parts make the model go on sooner if it is later; the worth of a step is what the
    parts of time say over those of the target. Columns: method, question, truth, value, n (pairs).
    """
    step, rows = worth(max_steps), []
    truth = dict(zip(QUESTIONS, [1.0, token_of_time(held), 1.0, step], strict=True))
    for method, parts in time.items():
        later, more = parts.sum(axis=1), target[method].sum(axis=1)
        values = (
            share_on_rtg(target[method]),
            share_on_rtg(parts),
            (later > 0).mean(),
            step * later.mean() / more.mean(),
        )
        for question, value in zip(QUESTIONS, values, strict=True):
            rows.append((method, question, truth[question], value, len(later)))
    return pd.DataFrame(rows, columns=COLUMNS).dropna(subset=["value"])
