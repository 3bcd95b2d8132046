"""Which component carries which avoidance: chosen on one half of the bank, tested on the other."""

import pandas as pd

from dtlens.env.dynamic_obstacles import AVOIDANCES

HALVES = ["choosing", "testing"]  # of the bank: a role is chosen on one, tested on the other


def roles(shapley: pd.DataFrame) -> pd.DataFrame:
    """A row per behaviour and component, from a model's table of Shapley values.

    `AVOIDANCES` are at the highest or the lowest reward-to-go of the table. Columns: behaviour;
    component; choosing, testing (its Shapley value, by the reference `mean`, of the avoidance on
    each half: minus that of P(forward)); low, high (95%, testing); chosen (of the heads the one
    with the largest on the choosing half), runner_up. A head may be chosen for several behaviours.
    """
    ends = {"low": shapley["rtg"].min(), "high": shapley["rtg"].max()}
    of_mean = shapley[shapley["reference"] == "mean"]
    tables = []
    for behaviour, (front, end) in AVOIDANCES.items():
        rows = of_mean[(of_mean["event"] == front) & (of_mean["rtg"] == ends[end])]
        choosing, testing = (
            rows[rows["evidence"] == half].set_index("component") for half in HALVES
        )
        table = pd.DataFrame(
            {
                "choosing": -choosing["value"],
                "testing": -testing["value"],
                "low": -testing["high"],
                "high": -testing["low"],
            }
        )
        heads = table[table.index.str.contains("H")]
        ranked = heads["choosing"].nlargest(2).index
        table["chosen"], table["runner_up"] = (
            table.index.isin(ranked[:1]),
            table.index.isin(ranked[1:]),
        )
        table.insert(0, "behaviour", behaviour)
        tables.append(table.rename_axis("component").reset_index())
    columns = ["behaviour", "component", *HALVES, "low", "high", "chosen", "runner_up"]
    return pd.concat(tables, ignore_index=True)[columns]
