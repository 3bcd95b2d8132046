"""The report that people read, as Markdown: what comes back of the study, and by which numbers."""

from collections import Counter
from collections.abc import Mapping
from math import ceil, isfinite, isnan
from typing import Any

import pandas as pd

from dtlens.report.arms import RECIPE
from dtlens.report.claims.arms import ARMS
from dtlens.report.claims.judge import FAILS, HOLDS, SAMPLED, UNDECIDED, Claim
from dtlens.report.claims.readings import NOT_ASKED
from dtlens.report.claims.sensitivity import moved

Row = Mapping[Any, Any]  # of a table, by column
MARKS = {HOLDS: "✓", FAILS: "✗", UNDECIDED: "?", NOT_ASKED: "-"}
CAP = 100  # units: what takes more is not decided by more of them
HEAD = """# The study's claims, measured

![The verdict on every claim in every arm](figures/claims.png)

J. Bloom and P. Colognese, *Decision Transformer Interpretability* (2023), looked at one model by
eye. They call their work preliminary, their evidence suggestive, and warn that one model is no
sample. So each claim is asked of that model's own weights, of what its authors got when they
trained it again, of models by their recipe, and of models by ours.

"""
TERMS = """## Terms

- **F-R**: the logit of *forward* less that of *right*. **Front**: the cell in front of the agent.
  **Told r**: with a reward-to-go of r. **Bank**: scenes placed evenly over what is in front.
- **Arm**: whom a claim is asked of. Of a checkpoint of the study, intervals are over scenes or
  episodes; of a recipe they are Student's over models, each with its own run of the agent and
  seed; fewer than three decide nothing.
- A **statement** is a number and its bounds. It *holds* (✓) if the 95% interval is inside, does
  *not hold* (✗) if it is outside beyond chance (Holm's correction for what the claim states), and
  is *undecided* (?) otherwise, or where no number is. Numbers without a bound describe.
- **Reading**: *comes back*: holds in the study's model and under its recipe; *of that model only*:
  holds in it, not under its recipe; *not in that model either*: fails in its own weights; else
  *undecided*.
- **Ablations** are made three ways (the mean, zero, another state's output); a statement about one
  holds if it does with each. **Obstacle head**, **goal head**: the head that carries most of the
  refusal, chosen on half of the bank and measured on the other half.
"""


def said(row: Row) -> str:
    """A number with its interval and mark."""
    if isnan(row["value"]):
        return "none"
    mark = MARKS.get(row["verdict"], "")
    if row["low"] == row["high"]:
        return f"{mark} {row['value']:.3g}"
    interval = "" if isnan(row["low"]) else f" [{row['low']:.2g}, {row['high']:.2g}]"
    return f"{mark} {row['value']:.2g}{interval}"


def rule(above: float, below: float) -> str:
    """The bounds in words; nothing for a number that is described."""
    bounds = [f"> {above:.3g}"] * isfinite(above) + [f"< {below:.3g}"] * isfinite(below)
    return " and ".join(bounds)


def write(
    claims: list[Claim],
    judged: pd.DataFrame,
    readings: pd.DataFrame,
    sensitivity: pd.DataFrame,
    causes: list[str],
) -> str:
    """The whole report: an overview, terms, then each claim's statements, and the checks."""
    read = {row["claim"]: row for row in readings.to_dict("records")}
    findings = [claim for claim in claims if not claim.check]
    counts = Counter(read[claim.number]["reading"] for claim in findings)
    lines = [
        HEAD
        + f"Readings of {len(findings)} claims: "
        + ", ".join(f"{name} {count}" for name, count in counts.most_common())
        + ".",
        "",
    ]
    lines += _overview(findings, read)
    lines += ["", *(f"- {sentence}" for sentence in causes), "", TERMS]
    for claim in findings:
        lines += _section(claim, judged, f"**{read[claim.number]['reading']}**")
        lines += _moves(claim, sensitivity)
    lines += ["", "## Checks, and what has no rule", ""]
    for claim in claims:
        if claim.check:
            lines += _section(claim, judged, "a check", level="###")
    return "\n".join(lines) + "\n"


def _overview(claims: list[Claim], read: Mapping[Any, Row]) -> list[str]:
    arms = [arm for arm in ARMS if arm in next(iter(read.values()))]
    lines = [f"| # | claim | reading | {' | '.join(ARMS[arm] for arm in arms)} |"]
    lines += ["|---" * (3 + len(arms)) + "|"]
    for claim in claims:
        row = read[claim.number]
        link = f"[{claim.claim}](#{anchor(claim)})"
        cells = [str(claim.number), link, row["reading"], *(_short(row[arm]) for arm in arms)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _short(verdict: str) -> str:
    """ "holds, 3 of 3" as a mark and the share."""
    name, _, count = verdict.partition(", ")
    return f"{MARKS[name]} {count}".strip()


def anchor(claim: Claim) -> str:
    """Where its section is, as GitHub names it."""
    heading = f"{claim.number}. {claim.claim}".lower()
    kept = "".join(letter for letter in heading if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


def _section(claim: Claim, judged: pd.DataFrame, reading: str, level: str = "##") -> list[str]:
    lines = ["", f"{level} {claim.number}. {claim.claim}", ""]
    shown = f" [Figure](figures/{claim.figure}.png)." if claim.figure else ""
    lines += [f"The study: {claim.study}. Reading: {reading}.{shown}", ""]
    rows = judged[judged["claim"] == claim.number]
    return lines + _table(rows) + _deciding(rows)


def _table(rows: pd.DataFrame) -> list[str]:
    """A row a statement and reference, a column an arm."""
    arms = [arm for arm in ARMS if arm in set(rows["arm"])]
    lines = [f"| measured | holds if | {' | '.join(ARMS[arm] for arm in arms)} | data |"]
    lines += ["|---" * (3 + len(arms)) + "|"]
    keys = ["measure", "reference", "above", "below"]
    for _, group in rows.groupby(keys, sort=False):
        by_arm = {row["arm"]: row for row in group.to_dict("records")}
        numbers = [said(by_arm[arm]) if arm in by_arm else "" for arm in arms]
        first, *_ = by_arm.values()
        reference = first["reference"]
        name = f"{first['measure']}{reference and f' ({reference})'}".replace("|", "\\|")
        judged = rule(first["above"], first["below"]) if reference != SAMPLED else ""
        cells = [name, judged, *numbers, _data(by_arm)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _data(by_arm: Mapping[str, Row]) -> str:
    """The training data's P(forward), of each kind of data that there is."""
    names = {RECIPE: "study's", "index": "ours"}  # `one_hot` has the same data
    shares = {said: by_arm[arm]["data"] for arm, said in names.items() if arm in by_arm}
    return ", ".join(f"{said} {share:.2g}" for said, share in shares.items() if not isnan(share))


def _deciding(rows: pd.DataFrame) -> list[str]:
    """What would decide the undecided numbers over models."""
    lines = []
    undecided = rows[(rows["verdict"] == UNDECIDED) & rows["arm"].isin(list(ARMS))]
    for row in undecided.to_dict("records"):
        count = needed(row)
        name = f"*{row['measure']}*{row['reference'] and ' (' + row['reference'] + ')'}"
        would = f"about {count} {row['unit']} would" if count else "more would not"
        lines.append(f"- {name}, {ARMS[row['arm']]}: {would}.")
    return ["", "What would decide the undecided, if value and spread stay:", "", *lines] * bool(
        lines
    )


def needed(row: Row) -> int | None:
    """How many units would put an undecided interval on one side of the bounds; None if `CAP` of
    them would not. The interval's width shrinks as the root of their number."""
    distances = [abs(row["value"] - row[bound]) for bound in ("above", "below")]
    distance, half = min(distances), (row["high"] - row["low"]) / 2
    if not isfinite(distance) or not isfinite(half) or distance == 0 or half == 0:
        return None
    count = ceil(row["n"] * (half / distance) ** 2) + 1
    return count if count <= max(CAP, row["n"]) else None


def _moves(claim: Claim, sensitivity: pd.DataFrame) -> list[str]:
    """Which of the choices of ours the verdicts hang on."""
    changed = moved(sensitivity[sensitivity["claim"] == claim.number])
    changed = changed[changed["arm"].isin(list(ARMS))]
    if changed.empty:
        return []
    said = changed["variant"] + " (" + changed["arm"].map(ARMS) + ": " + changed["verdict"] + ")"
    return ["", f"Verdicts that move: {'; '.join(said)}."]
