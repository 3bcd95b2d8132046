"""The game: an auditor that knows other models' flaws says which one a model has."""

import numpy as np
import pandas as pd
from jaxtyping import Float

from dtlens.audit.settings import FLAWS

EDGE = 0.1  # of a number's spread over all models, added to that within a flaw


def guess(
    known: Float[np.ndarray, "example number"],
    flaws: "pd.Series[str]",
    asked: Float[np.ndarray, "asked number"],
) -> list[str]:
    """The flaw whose examples are nearest in the mean, number by number in their spread within
    flaws (diagonal discriminant analysis; Dudoit et al., 2002). Flaws without examples are none."""
    by_flaw = pd.DataFrame(known).groupby(flaws.to_numpy())
    means, around = by_flaw.mean(), known - by_flaw.transform("mean").to_numpy()
    spread = np.sqrt((around**2).mean(0)) + EDGE * known.std(0)
    reads = spread > 0  # numbers that never change say nothing
    off = (asked[:, None, reads] - means.to_numpy()[None, :, reads]) / spread[reads]
    return [str(means.index[index]) for index in (off**2).sum(-1).argmin(1)]


def play(seen: pd.DataFrame) -> pd.DataFrame:
    """Every model of every run is asked, of an auditor that knows the models of the other runs.

    `seen` has model, run, flaw, number and value, of one auditor and of models of one arm. A row
    per model and flaw: model, run, flaw, guessed. Numbers that any model lacks are not read.
    """
    wide = seen.pivot_table("value", ["model", "run", "flaw"], "number")
    wide = wide.dropna(axis="columns").reset_index()
    numbers = [name for name in wide if name not in ("model", "run", "flaw")]
    rows = []
    for run, asked in wide.groupby("run"):
        known = wide[wide["run"] != run]
        if known.empty:
            continue
        guessed = guess(known[numbers].to_numpy(), known["flaw"], asked[numbers].to_numpy())
        rows.append(asked[["model", "run", "flaw"]].assign(guessed=guessed))
    empty = pd.DataFrame(columns=["model", "run", "flaw", "guessed"])
    return pd.concat(rows, ignore_index=True) if rows else empty


def shares(guesses: pd.DataFrame) -> dict[str, list[float]]:
    """By flaw, and for "all" of them: of each model whether, or how often, it was found."""
    right = guesses.assign(value=(guesses["flaw"] == guesses["guessed"]).astype(float))
    by_flaw = {flaw: right.loc[right["flaw"] == flaw, "value"].tolist() for flaw in FLAWS}
    return {"all": right.groupby("model")["value"].mean().tolist()} | by_flaw
