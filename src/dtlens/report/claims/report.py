"""The report that people read, as Markdown: one page, and a page a claim below it."""

from collections import Counter
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pandas as pd

from dtlens.report.arms import AGAIN, OURS, OWN, REPLICA, TITLES
from dtlens.report.claims.behaviour import DISTANCE
from dtlens.report.claims.effects import causes
from dtlens.report.claims.judge import BESIDE, Claim
from dtlens.report.claims.readings import LEAST, NO_GAME, SAID, concluded
from dtlens.report.claims.words import (
    counts,
    each,
    interval,
    mark,
    percent,
    rule,
    spread,
    table,
    two,
    value,
)

COUNTED = (REPLICA, *OURS)  # arms of which k of n are told
FIGURES = {
    "calibration": "The s-shape of the study's figure 5 is the likeliest action's. How far returns"
    " are from their targets (root mean square, 0.2 to 0.9) by the likeliest action, and sampled: ",
    "claims": "Every model's value of every statement that is judged, beside where it should lie.",
    "roles": "Who carries which avoidance: Shapley values of both heads and the MLP, their mean in"
    " place of those that are taken away.",
    "ablation": "What models do with zero in place of a head, of both heads, or of the MLP.",
    "agents": "What the agents learn, and the returns in their data. How many deaths and time-outs"
    " there are differs from run to run (claim 5 has each model beside its data).",
    "state_maps": "What the state token adds for each cell of the view (claims 16 to 18).",
}


class Found(NamedTuple):
    """The tables that the report is written from."""

    judged: pd.DataFrame
    counted: pd.DataFrame
    readings: pd.DataFrame
    sensitivity: pd.DataFrame
    effects: pd.DataFrame
    chance: pd.DataFrame
    learners: tuple[int, int]

    def k_of_n(self, claim: Claim, arm: str) -> list[tuple[int, int]]:
        rows = self.counted[(self.counted["claim"] == claim.number) & (self.counted["arm"] == arm)]
        rows = rows[rows["k"].notna() & ~rows["reference"].isin(BESIDE)]
        return list(zip(rows["k"].astype(int), rows["n"], strict=True))

    def by_chance(self, claim: Claim) -> dict[str, float]:
        """The share of untrained models that hold its statements, by measure."""
        rows = self.chance[self.chance["claim"] == claim.number]
        return dict(zip(rows["measure"], rows["k"] / rows["n"], strict=True))

    def concluded(self, claim: Claim) -> str:
        return concluded(claim, self.readings, self.by_chance(claim))


HEAD = """# The study's claims, measured

J. Bloom and P. Colognese, *Decision Transformer Interpretability* (2023), looked at one model by
eye; they say themselves that none of it is rigorous evidence. We ask each of their claims

- of that model's own weights, **the study's model**;
- of a **replica**: agents trained by the study's PPO, and on the data of each several models
  trained by the study's optimisation. Does the claim come back?
- of **our recipe**, in two encodings of the view: agents and models that return what they are told
  at -1, 0 and 0.9, from data that is partly scripted (episodes that give up).
"""
TERMS = f"""## How to read the table

- A claim is one or more **statements** that a number lies within bounds. It *holds* (✓) in a model
  if the number's 95% interval does, as a whole, else not (✗). Of an arm, *k of n* models.
- **The study's model**: a mark for each statement, in the order of the claim's own page. **k of n**
  and **chance** have the same order.
- **Chance**: the share of 200 untrained models of the same shape that hold a statement; in bold
  above 20%: that it holds says little. "-": about play, data or two models; not asked of them.
- **Reading** of a statement: *comes back* if it holds in the study's model and surely in more than
  half of the replica's (95% interval of k / n: Clopper and Pearson); *of that model only* if surely
  in fewer; else *sometimes*. *Fails in the study's own model* whatever the replica says. Fewer than
  {LEAST} models are too few.
- **†**: the scripts in our data make it so.
- **F-R**: the logit of *forward* less that of *right*; **told r**: with a target return of r;
  **front**: the cell in front of the agent. The **obstacle head** and the **goal head** carry most
  of avoiding each, chosen on one half of the placed scenes and measured on the other.
"""
CAUSES = "(false discovery rate 5% over all of them; [effects.csv](effects.csv)):"
LIMITS = """## Limits

- One game, one shape of model; bounds are ours where the study's words are vague. How readings hang
  on them is on each claim's page, beside sampled play, other references of ablation and runs as
  units.
- Two models of one run of the agent share its data; k of n counts both.
- Ablations put zero in a part's place, as the study's code in effect does.
- Claim 26, a hunch ("performant long before interpretable"), is not asked: it would take trainings
  under the study's own decay.
"""


def page(claims: list[Claim], found: Found) -> str:
    """The one page."""
    findings = [claim for claim in claims if not claim.check]
    said = Counter(found.readings["reading"])
    solved, tried = found.learners
    lines = [
        HEAD,
        f"Of {len(found.readings)} statements in {len(findings)} claims: "
        + ", ".join(f"{name} {said[name]}" for name in SAID if name in said)
        + ".",
        "",
        f"{solved} of {tried} agents by the replica's recipe solve the game (80% of the last 500"
        " episodes reach the goal)."
        + " The replica has others among its agents, and so nothing is read."
        * (NO_GAME in said),
        "",
    ]
    header = ["#", "claim", "the study's words", "study's model"]
    header += [*(TITLES[arm] for arm in COUNTED), "chance", "we conclude"]
    lines += table(header, (_row(claim, found) for claim in findings))
    lines += ["", TERMS, "## Data, optimisation or encoding?", ""]
    if NO_GAME in said:
        lines.append("Nothing is said of causes where the replica's agents do not solve the game.")
    else:
        lines += ["In how many judged statements a change of each has an effect", CAUSES, ""]
        lines += [f"- {sentence}" for sentence in causes(found.effects, claims)]
    lines += ["", "## Six figures", ""]
    for name, caption in FIGURES.items():
        told = _distances(found.counted) if name == "calibration" else ""
        lines += [caption + told, "", f"![{name.replace('_', ' ')}](figures/{name}.png)", ""]
    lines += ["## Checks, not counted", ""]
    header = ["#", "check", "measured", *(TITLES[arm] for arm in (OWN, *COUNTED))]
    lines += table(header, (_check(claim, found) for claim in claims if claim.check))
    return "\n".join([*lines, "", LIMITS])


def _distances(counted: pd.DataFrame) -> str:
    """How far returns are from their targets, in each arm, greedy and sampled."""
    rows = counted[counted["measure"] == DISTANCE]
    parts = []
    for arm in (OWN, *COUNTED):
        own = rows[rows["arm"] == arm].sort_values("reference")
        if len(own):
            parts.append(f"{TITLES[arm]} {' and '.join(map(two, own['median']))}")
    return f"{'; '.join(parts)} (medians)."


def _link(claim: Claim) -> str:
    return f"[{claim.short}](claims/{claim.number:02d}.md)"


def _row(claim: Claim, found: Found) -> list[str]:
    made = " †" if any(statement.made for statement in claim.judged) else ""
    own = "".join("✓" if k else "✗" for k, _ in found.k_of_n(claim, OWN))
    asked = {arm: found.k_of_n(claim, arm) for arm in COUNTED}
    cells = [counts(pairs) + made * (arm in OURS and bool(pairs)) for arm, pairs in asked.items()]
    shares = found.by_chance(claim)
    chance = [percent(shares.get(statement.measure, np.nan)) for statement in claim.judged]
    said = chance[:1] if set(chance) == {"-"} else chance
    return [
        *(str(claim.number), _link(claim), claim.words, own or "-"),
        *(*cells, each(said), found.concluded(claim)),
    ]


def _check(claim: Claim, found: Found) -> list[str]:
    """A check's first number in each arm."""
    measure = claim.statements[0].measure
    rows = found.counted[
        (found.counted["claim"] == claim.number) & (found.counted["measure"] == measure)
    ].drop_duplicates("arm")
    by_arm = {row["arm"]: spread(row) for row in rows.to_dict("records")}
    if rows["unit"].eq("steps").any():
        of_check = found.judged[found.judged["claim"] == claim.number]
        by_arm = {
            str(arm): ", ".join(map(value, own.to_dict("records")))
            for arm, own in of_check.groupby("arm")
        }
    cells = [by_arm.get(arm, "-") for arm in (OWN, *COUNTED)]
    return [str(claim.number), _link(claim), measure, *cells]


def pages(claims: list[Claim], found: Found) -> dict[str, str]:
    """A page a claim, by its number of two digits."""
    return {f"{claim.number:02d}": "\n".join(_of_claim(claim, found)) for claim in claims}


def _of_claim(claim: Claim, found: Found) -> list[str]:
    lines = [f"# {claim.number}. {claim.short}", "", f"The study: {claim.words}.", ""]
    if not claim.check:
        lines += [f"We conclude: {found.concluded(claim)}", ""]
    shown = f"[Figure](../figures/{claim.figure}.png). " if claim.figure else ""
    lines += [f"{claim.note} {shown}[All claims](../claims.md).".strip(), "", "## Statements", ""]
    rows = found.judged[found.judged["claim"] == claim.number]
    usual = rows[~rows["reference"].isin(BESIDE)]
    lines += _statements(claim, found, rows)
    lines += ["", "k of n models; median [least, greatest] of their values.", ""]
    lines += ["## Every model", "", *_strips(usual), ""]
    return lines + _moves(claim, found)


def _statements(claim: Claim, found: Found, rows: pd.DataFrame) -> list[str]:
    """A row a statement and reference, a column an arm; `rows` are the claim's of every model."""
    arms = [arm for arm in TITLES if arm in set(rows["arm"])]
    cells: dict[tuple[str, str, str], str] = {}
    for row in found.counted[found.counted["claim"] == claim.number].to_dict("records"):
        k = "" if np.isnan(row["k"]) else f"{row['k']:.0f} of {row['n']}: "
        cells[row["measure"], row["reference"], row["arm"]] = k + spread(row)
    for row in rows[rows["arm"].isin([OWN, AGAIN])].to_dict("records"):
        said = f"{mark(row['holds'])} {interval(row)}"
        cells[row["measure"], row["reference"], row["arm"]] = said.strip()
    readings = found.readings[found.readings["claim"] == claim.number]
    reading = dict(zip(readings["measure"], readings["reading"], strict=True))
    lines = []
    for statement in claim.statements:
        name, chance = statement.measure, found.by_chance(claim).get(statement.measure, np.nan)
        for reference in getattr(statement, "references", ("",)):
            numbers = [cells.get((name, reference, arm), "") for arm in arms]
            if reference in BESIDE:
                lines.append([f"also {reference}", "", *numbers, "", ""])
            elif any(numbers):
                bounds = rule(statement.above, statement.below)
                by_chance = percent(chance) if bounds else ""
                lines.append([name, bounds, *numbers, by_chance, reading.get(name, "")])
    header = ["measured", "holds if", *(TITLES[arm] for arm in arms), "chance", "reading"]
    return table(header, lines)


def _strips(rows: pd.DataFrame) -> list[str]:
    """Every model's value, by run of the agent and in the order of their seeds."""
    lines = []
    arms = [arm for arm in COUNTED if arm in set(rows["arm"])]
    for measure, group in rows.groupby("measure", sort=False):
        cells = []
        for arm in arms:
            own = group[group["arm"] == arm]
            said = map(value, own.to_dict("records"))
            runs = zip(own["run"].fillna(0).astype(int), said, strict=True)
            parts = [
                (f"r{run}: " if run else "") + ", ".join(one for _, one in same)
                for run, same in groupby(runs, lambda pair: pair[0])
            ]
            cells.append("; ".join(parts))
        lines.append([str(measure), *cells])
    return table(["measured", *(TITLES[arm] for arm in arms)], lines)


def _moves(claim: Claim, found: Found) -> list[str]:
    """Which of our choices its readings hang on."""
    moved = found.sensitivity[found.sensitivity["claim"] == claim.number]
    if claim.check:
        return []
    lines = [
        f"- {variant}: {measure}: {reading}"
        for measure, variant, reading in zip(
            moved["measure"], moved["variant"], moved["reading"], strict=True
        )
    ]
    return ["## Readings by another choice", "", *(lines or ["- All the same."]), ""]
