"""Methods graded: what each one makes of a reward-to-go and of time, beside what is so."""

import numpy as np
import pandas as pd

from dtlens.clock.closed_form import worth
from dtlens.clock.methods import RTG, STATE, Parts
from dtlens.stats import mean_interval

QUESTIONS = ["token of the target", "token of time", "direction of time", "worth of a step"]
COLUMNS = ["method", "question", "truth", "value", "low", "high", "n"]


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
    target: dict[str, Parts], time: dict[str, Parts], held: pd.DataFrame, max_steps: int, seed: int
) -> pd.DataFrame:
    """A row for each method and question.

    `target` and `time` are each method's parts in the contrasts "rtg" and "time", which are worth
    the same; a method that tells of both tokens is asked which one; direction is the share of pairs
    in which its parts make the model go on sooner if it is later; the worth of a step is what the
    parts of time say over those of the target. Columns: method, question, truth, value, low, high
    (95% bootstrap interval over pairs, of the last two questions), n.
    """
    step, generator, rows = worth(max_steps), np.random.default_rng(seed), []
    truth = dict(zip(QUESTIONS, [1.0, token_of_time(held), 1.0, step], strict=True))
    for method, parts in time.items():
        later, more = parts.sum(axis=1).to_numpy(), target[method].sum(axis=1).to_numpy()
        sooner = (later > 0).astype(float)
        drawn = generator.integers(len(later), size=(2000, len(later)))
        worths = step * later[drawn].mean(1) / more[drawn].mean(1)
        answers = {
            "token of the target": (share_on_rtg(target[method]), np.nan, np.nan),
            "token of time": (share_on_rtg(parts), np.nan, np.nan),
            "direction of time": (sooner.mean(), *mean_interval(sooner, generator)),
            "worth of a step": (
                step * later.mean() / more.mean(),
                *np.quantile(worths, [0.025, 0.975]),
            ),
        }
        for question, (value, low, high) in answers.items():
            rows.append((method, question, truth[question], value, low, high, len(later)))
    return pd.DataFrame(rows, columns=COLUMNS).dropna(subset=["value"])
