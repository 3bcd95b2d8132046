"""The report that people read: every claim with its numbers, verdict and figure, as Markdown."""

from math import isnan

import pandas as pd

from dtlens.claims.judge import INCONCLUSIVE, Claim, needed, rule, verdicts

MARKS = {
    "reproduced": "✓ reproduced",
    "contradicted": "✗ contradicted",
    "inconclusive": "? inconclusive",
}
HEAD = """# The study's claims, measured

Bloom and Colognese, *Decision Transformer Interpretability* (2023). Each claim is one or more
statements that a number lies between two bounds, written down next to it in `src/dtlens/claims`.
The 95% interval decides: inside the bounds is reproduced, outside contradicted, across
inconclusive. A claim is reproduced if all its statements are and contradicted if one is, in the
study's `index` encoding; `one_hot` is beside it. The unit is the training seed unless a row says
otherwise. Heads are told apart by what they do: the obstacle head carries most of refusing
obstacles, the goal head of refusing the goal from the top.
"""


def said(row: "pd.Series[float]") -> str:
    """A number with its interval."""
    if isnan(row["value"]):
        return "there is none"
    if row["low"] == row["high"]:
        return f"{row['value']:.3g}"
    return f"{row['value']:.3g} [{row['low']:.3g}, {row['high']:.3g}]"


def write(claims: list[Claim], judged: pd.DataFrame) -> str:
    """The whole report: an overview, then each claim's statements."""
    found = verdicts(judged)
    counts = found.value_counts()
    overview = ", ".join(f"{counts[name]} {name}" for name in MARKS if name in counts)
    lines = [HEAD, f"Of {len(claims)} claims: {overview}.", ""]
    lines += ["| # | claim | verdict | figure |", "|---|---|---|---|"]
    for claim in claims:
        link = f"[{claim.figure.rpartition('/')[2] or claim.figure}]({claim.figure})"
        mark = MARKS[found[claim.number]]
        lines.append(f"| {claim.number} | {claim.claim} | {mark} | {link} |")
    for claim in claims:
        lines += ["", f"## {claim.number}. {claim.claim}", ""]
        lines += [f"The study: {claim.study}. Verdict: **{found[claim.number]}**.", ""]
        lines += statements(judged[judged["claim"] == claim.number])
    return "\n".join(lines) + "\n"


def statements(rows: pd.DataFrame) -> list[str]:
    """A table of one claim's numbers, and what would decide those that decide nothing."""
    lines = ["| measured | holds if | encoding | value | units | |", "|---|---|---|---|---|---|"]
    for _, row in rows.iterrows():
        measure = row["measure"].replace("|", "\\|")  # which would end the cell
        cells = [measure, rule(row["above"], row["below"]), row["encoding"], said(row)]
        lines.append(f"| {' | '.join(cells)} | {row['n']} {row['unit']} | {row['verdict']} |")
    open_ones = rows[rows["verdict"] == INCONCLUSIVE]
    for _, row in open_ones.iterrows():
        count = needed(row)
        which = f"{row['measure']}{row['encoding'] and ', ' + row['encoding']}"
        would = (
            f"about {count} {row['unit']} would, if the value and its spread stay"
            if count
            else f"more {row['unit']} alone would not: the value is on a bound, or is none"
        )
        lines += ["", f"What would decide *{which}*: {would}."]
    return lines
