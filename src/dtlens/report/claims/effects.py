"""What makes a circuit: the data, the optimisation, both together, or the encoding?

Models of both kinds of data and of optimisation are a 2 x 2 design (Montgomery, Design and Analysis
of Experiments): an effect is the difference of the two levels, averaged over the other factor's.
The unit is a run of the agent: the mean over its seeds.
"""

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy import stats

from dtlens.base.statistics import LEAST, LEVEL, mean_over
from dtlens.report.arms import MIXED, OURS, REPLICA
from dtlens.report.claims.judge import Claim, decisive

# Each cell of the design, as the study has it (1) or we (-1): its data, its optimisation.
DESIGN = {OURS[0]: (-1, -1), MIXED[0]: (1, -1), MIXED[1]: (-1, 1), REPLICA: (1, 1)}
TOGETHER, ENCODING = "data and optimisation together", "encoding"
FACTORS = ["data", "optimisation", TOGETHER]
RATE = 0.05  # of false discoveries, over all judged statements and factors
DIGITS = 12  # beyond these, least squares leaves what a processor makes of nothing
COLUMNS = ["claim", "measure", "factor", "value", "low", "high", "n", "p"]
Effect = tuple[str, float, float, float, int, float]


def contrasts(arm: "pd.Series[str]", values: Float[np.ndarray, " run"]) -> list[Effect]:
    """The effects of data and of optimisation (the study's less ours) and how much more both make
    than their sum, by least squares: each with its interval, the number of runs, and p (two-sided
    t)."""
    data, optimisation = np.array([DESIGN[name] for name in arm]).T
    design = np.stack([np.ones(len(arm)), data, optimisation, data * optimisation], 1)
    freedom = len(arm) - design.shape[1]
    found, *_ = np.linalg.lstsq(design, values)
    found = found.round(DIGITS)
    spread = np.sqrt(((values - design @ found) ** 2).sum() / freedom).round(DIGITS)
    errors = spread * np.sqrt(np.diag(np.linalg.inv(design.T @ design)))
    reach = stats.t.ppf((1 + LEVEL) / 2, freedom)
    rows = []
    for name, half, error in zip(FACTORS, found[1:], errors[1:], strict=True):
        scale = 4 if name == TOGETHER else 2
        p = 2 * stats.t.sf(abs(half) / error, freedom) if error else float(not half)
        ends = (half - reach * error, half + reach * error)
        rows.append((name, scale * half, scale * ends[0], scale * ends[1], len(arm), float(p)))
    return rows


def of_encoding(by_run: pd.DataFrame) -> list[Effect]:
    """One-hot less index, paired by run."""
    ours = by_run[by_run["arm"].isin(OURS)]
    wide = ours.pivot_table(index="run", columns="arm", values="value")
    wide = wide.dropna()
    if len(wide) < LEAST or wide.shape[1] < 2:
        return []
    change = (wide[OURS[1]] - wide[OURS[0]]).to_numpy()
    p = float(stats.ttest_1samp(change, 0).pvalue) if change.std() else float(not change.any())
    return [(ENCODING, *mean_over(change, "runs")[:3], len(change), p)]


def effects(judged: pd.DataFrame) -> pd.DataFrame:
    """What each factor changes in each judged measure. Columns: `COLUMNS`; p is corrected for a
    false discovery rate (Benjamini and Hochberg, 1995) over all rows.

    Measures that are not numbers in every run, or not asked of every arm, are left out.
    """
    rows = []
    of_models = decisive(judged[judged["seed"].notna()])
    for key, group in of_models.groupby(["claim", "measure"], sort=False):
        means = group.groupby(["arm", "run"], sort=False)["value"].agg(
            lambda x: x.mean(skipna=False)
        )
        by_run = means.reset_index()
        crossed = by_run[by_run["arm"].isin(list(DESIGN))]
        enough = set(crossed["arm"]) == set(DESIGN) and len(crossed) > len(DESIGN)
        if enough and np.isfinite(crossed["value"]).all():
            values = crossed["value"].to_numpy(float)
            rows += [(*key, *row) for row in contrasts(crossed["arm"], values)]
        rows += [(*key, *row) for row in of_encoding(by_run)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    if len(table):
        table["p"] = stats.false_discovery_control(table["p"])
    return table


def causes(effects: pd.DataFrame, claims: list[Claim]) -> list[str]:
    """A sentence for each factor: in how many judged statements of which claims an effect is found
    beyond chance."""
    counted = [claim.number for claim in claims if not claim.check]
    table = effects[effects["claim"].isin(counted)]
    sentences = []
    for factor in [*FACTORS, ENCODING]:
        group = table[table["factor"] == factor]
        if group.empty:
            continue
        found = group[group["p"] < RATE].groupby("claim").size().to_dict()
        asked = group.groupby("claim").size().to_dict()
        claims_found = ", ".join(f"{claim} ({k} of {asked[claim]})" for claim, k in found.items())
        said = f"effects in claims {claims_found}; no others found" if found else "no effect found"
        name, n = f"{factor[0].upper()}{factor[1:]}", group["n"].max()
        sentences.append(f"{name}: {said} with n = {n} runs.")
    return sentences
