"""Which component carries which behaviour, and how localised it is (roles across seeds).

A behaviour's strength is a probability, or a difference of some, in placed scenes: 1 is always, 0
never. A component's part in it is how much strength is lost when the component's output is
replaced by its mean.
"""

import pandas as pd

PRESENT = 0.5  # the strength from which on a model is said to behave so


def strengths(ablation: pd.DataFrame) -> pd.DataFrame:
    """The strength of each behaviour (columns), whole ("none") and without each component (rows).

    From an ablation table. Refusals of obstacles and walls are at the highest reward-to-go of the
    table, of the goal at the lowest; switching is the mean difference between the two, for
    the objects that should be entered at one and refused at the other.
    """
    bank = ablation[(ablation["evidence"] == "bank") & ablation["reference"].isin(["none", "mean"])]
    forward = bank.pivot_table(
        index="component", columns=["event", "rtg"], values="value", sort=False
    )
    low, high = bank["rtg"].min(), bank["rtg"].max()
    entered = {"obstacle": low, "goal_from_top": high, "goal_from_left": high}
    switched = [
        forward[front, at] - forward[front, low if at == high else high]
        for front, at in entered.items()
    ]
    return pd.DataFrame(
        {
            "obstacle_refusal": 1 - forward["obstacle", high],
            "wall_refusal": 1 - forward["wall", high],
            "goal_refusal_from_top": 1 - forward["goal_from_top", low],
            "goal_refusal_from_left": 1 - forward["goal_from_left", low],
            "rtg_switching": sum(switched) / len(switched),
        }
    )


def roles(ablation: pd.DataFrame) -> pd.DataFrame:
    """A row per behaviour and component: what it carries, and of how much.

    Columns: behaviour; component; strength (of the whole model); part (the strength lost without
    the component); share (of all components' parts, those below 0 left out; not a number if
    the whole model does not behave so); top (whether its part is the largest).
    """
    strength = strengths(ablation)
    whole = strength.T["none"]
    lost = (whole - strength.drop("none")).reset_index()
    table = lost.melt("component", var_name="behaviour", value_name="part")
    part = table["part"].groupby(table["behaviour"])
    positive = table["part"].clip(lower=0)
    table["strength"] = table["behaviour"].map(whole)
    share = positive / positive.groupby(table["behaviour"]).transform("sum")
    table["share"] = share.where(table["strength"] >= PRESENT)
    table["top"] = table["part"] == part.transform("max")
    return table[["behaviour", "component", "strength", "part", "share", "top"]]
