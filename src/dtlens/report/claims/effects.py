"""What makes a circuit: the data, the optimisation, the encoding, or the seed?

Models of both kinds of data and of optimisation are a 2 x 2 design (Montgomery, Design and Analysis
of Experiments): an effect is the difference of the two levels, averaged over the other factor's.
"""

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy import stats

from dtlens.base.statistics import LEAST, LEVEL, holm, mean_over
from dtlens.report.arms import MIXED, RECIPE
from dtlens.report.claims.judge import Claim

# Each cell of the design, as the study has it (1) or we (-1): its data, its optimisation.
OURS = "ours"
DESIGN = {OURS: (-1, -1), "study_data": (1, -1), "study_optimisation": (-1, 1), RECIPE: (1, 1)}
FACTORS = ["data", "optimisation"]
ENCODING = "encoding"
DIGITS = 12  # beyond these, least squares leaves what a processor makes of nothing
COLUMNS = ["claim", "measure", "reference", "factor", "value", "low", "high", "p", "n", "spread"]
assert set(MIXED) < set(DESIGN)


def contrasts(
    arm: "pd.Series[str]", values: Float[np.ndarray, " model"]
) -> list[tuple[str, float, float, float, float, int, float]]:
    """The effects of data and of optimisation (the study's less ours), by least squares.

    Each with its interval, p (two-sided t), the number of models, and the standard deviation of
    the models of one cell of the design.
    """
    data, optimisation = np.array([DESIGN[name] for name in arm]).T
    design = np.stack([np.ones(len(arm)), data, optimisation, data * optimisation], 1)
    freedom = len(arm) - design.shape[1]
    found, *_ = np.linalg.lstsq(design, values)
    found = found.round(DIGITS)
    spread = np.sqrt(((values - design @ found) ** 2).sum() / freedom).round(DIGITS)
    errors = spread * np.sqrt(np.diag(np.linalg.inv(design.T @ design)))
    rows = []
    for name, half_effect, error in zip(FACTORS, found[1:3], errors[1:3], strict=True):
        effect, width = 2 * half_effect, 2 * error * stats.t.ppf((1 + LEVEL) / 2, freedom)
        p = 2 * stats.t.sf(abs(half_effect) / error, freedom) if error else float(not half_effect)
        row = (name, effect, effect - width, effect + width, float(p), len(arm), spread)
        rows.append(row)
    return rows


def of_encoding(rows: pd.DataFrame) -> list[tuple[str, float, float, float, float, int, float]]:
    """One-hot less index, paired by run and seed."""
    encoded = rows[rows["arm"].isin(["index", "one_hot"])]
    wide = encoded.pivot_table(index=["run", "seed"], columns="arm", values="value").dropna()
    if len(wide) < LEAST or wide.shape[1] < 2:
        return []
    change = (wide["one_hot"] - wide["index"]).to_numpy()
    number = mean_over(change, "pairs")
    p = float(stats.ttest_1samp(change, 0).pvalue) if change.std() else float(not change.any())
    spread = float(np.sqrt(wide.var().mean()))
    return [(ENCODING, *number[:3], p, len(change), spread)]


def effects(measures: pd.DataFrame, encoding: str) -> pd.DataFrame:
    """What each factor changes in each measure. Columns: `COLUMNS`; p is Holm's, within a factor.

    Of our recipe's arms, that of the study's `encoding` is in the design.
    `spread` is the standard deviation between models that differ in run and seed alone. Measures
    that are not numbers in every model, or not asked of every arm, are left out.
    """
    rows = []
    of_models = measures[measures["model"] != ""]
    for key, group in of_models.groupby(["claim", "measure", "reference"], sort=False):
        crossed = group.assign(arm=group["arm"].replace(encoding, OURS))
        crossed = crossed[crossed["arm"].isin(list(DESIGN))]
        enough = set(crossed["arm"]) == set(DESIGN) and len(crossed) > len(DESIGN)
        if enough and crossed["value"].notna().all():
            rows += [
                (*key, *row) for row in contrasts(crossed["arm"], crossed["value"].to_numpy(float))
            ]
        rows += [(*key, *row) for row in of_encoding(group)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    for _, family in table.groupby("factor"):
        table.loc[family.index, "p"] = holm(family["p"].to_numpy(float))
    return table


def causes(effects: pd.DataFrame, claims: list[Claim]) -> list[str]:
    """A sentence each: which claims are facts of the data, of the optimisation, of the encoding,
    and which are the seed's.

    A factor makes a claim's measure if its effect is beyond chance and larger than the spread of
    models within a cell of the design.
    """
    bounds = {
        (claim.number, statement.measure): (statement.above, statement.below)
        for claim in claims
        for statement in claim.statements
        if statement.is_judged and not claim.check
    }
    keys = zip(effects["claim"], effects["measure"], strict=True)
    table = effects[np.array([key in bounds for key in keys], bool)]
    made = table[(table["p"] < 1 - LEVEL) & (table["value"].abs() > table["spread"])]
    sentences = []
    for factor, group in made.groupby("factor", sort=False):
        asked = table[table["factor"] == factor].groupby("claim")["measure"].nunique()
        found = group.groupby("claim")["measure"].nunique()
        both = pd.concat([found, asked], axis=1, join="inner").itertuples(name=None)
        numbers = ", ".join(f"{claim} ({count} of {of})" for claim, count, of in both)
        sentences.append(
            f"The {factor} makes, beyond chance and the spread of seeds, judged measures of"
            f" claims {numbers}."
        )
    rest = sorted(set(table["claim"]) - set(made["claim"]))
    if rest:
        sentences.append(
            "No factor moves any judged measure beyond the spread of runs and seeds in claims"
            f" {', '.join(map(str, rest))}: what one model shows there is its own."
        )
    return sentences
