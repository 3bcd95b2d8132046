"""Which component carries which behaviour, and how localised it is (roles across seeds).

A behaviour's strength is a probability, or a difference of some, in placed scenes: 1 is always, 0
never. A component's part in it is how much strength is lost when the component's output is
replaced by its mean.
"""

import pandas as pd

from dtlens.task.dynamic_obstacles import ENTERED, REFUSALS

PRESENT = 0.5  # the strength from which on a model is said to behave so


def strengths(ablation: pd.DataFrame) -> pd.DataFrame:
    """The strength of each behaviour (columns), whole ("whole") and without each component (rows).

    From an ablation table. `REFUSALS` are at the highest or the lowest reward-to-go of the table;
    switching is the mean difference between the two, for the objects that should be entered at
    one and refused at the other (`ENTERED`).
    """
    bank = ablation[
        (ablation["evidence"] == "bank") & ablation["reference"].isin(["whole", "mean"])
    ]
    forward = bank.pivot_table(
        index="component", columns=["event", "rtg"], values="value", sort=False
    )
    low, high = bank["rtg"].min(), bank["rtg"].max()
    ends, others = {"low": low, "high": high}, {"low": high, "high": low}
    refusals = {name: 1 - forward[front, ends[end]] for name, (front, end) in REFUSALS.items()}
    switched = [
        forward[front, ends[end]] - forward[front, others[end]] for front, end in ENTERED.items()
    ]
    return pd.DataFrame(refusals | {"rtg_switching": sum(switched) / len(switched)})


def roles(ablation: pd.DataFrame) -> pd.DataFrame:
    """A row per behaviour and component: what it carries, and of how much.

    Columns: behaviour; component; strength (of the whole model); part (the strength lost without
    the component); share (of all components' parts, those below 0 left out; not a number if
    the whole model does not behave so); top (whether its part is the largest).
    """
    strength = strengths(ablation)
    whole = strength.T["whole"]
    lost = (whole - strength.drop("whole")).reset_index()
    table = lost.melt("component", var_name="behaviour", value_name="part")
    part = table["part"].groupby(table["behaviour"])
    positive = table["part"].clip(lower=0)
    table["strength"] = table["behaviour"].map(whole)
    share = positive / positive.groupby(table["behaviour"]).transform("sum")
    table["share"] = share.where(table["strength"] >= PRESENT)
    table["top"] = table["part"] == part.transform("max")
    return table[["behaviour", "component", "strength", "part", "share", "top"]]
