"""Small tables as the stages write them; every row has a value of its own, by which it is found."""

import itertools

import numpy as np
import pandas as pd

from dtlens.env.dynamic_obstacles import AVOIDANCES, FRONTS, OUTCOMES

RTGS = [-1.0, 0.9]
NAMES = [f"1L-16d-2h-1k-index-ours-r{run}-ours-s1" for run in (1, 2)]
HEADS = ["obstacle head", "other head"]
PARTS = ["state", "time", *HEADS, "MLP", "whole"]


def rows(**levels):
    """Every combination of the columns' levels, with values 0, 1, ... and intervals around them."""
    table = pd.DataFrame(itertools.product(*levels.values()), columns=list(levels))
    value = np.arange(len(table), dtype=float)
    return table.assign(value=value, low=value - 0.25, high=value + 0.5)


def chosen(table, **levels):
    """The values of the rows that have these levels."""
    for column, level in levels.items():
        table = table[table[column] == level]
    return table["value"].tolist()


def unrolled(table, column="of", into=("measure", "component")):
    """A column of tuples as columns."""
    values = table.pop(column)
    return table.assign(**dict(zip(into, zip(*values, strict=True), strict=True)))


def by_index(table):
    """The table with heads and MLP as a model's own tables name them."""
    names = {"obstacle head": "L0H1", "other head": "L0H0", "both heads": "L0H0+L0H1"}
    return table.replace(names | {"MLP": "L0MLP"})


def two_models(table):
    """The values of the second model are larger by 100."""
    more = {column: table[column] + 100 for column in ("value", "change") if column in table}
    return dict(zip(NAMES, (table, table.assign(**more)), strict=True))


def arms(table):
    return {"study": two_models(table), "index": {NAMES[0]: table}}


def calibration():
    table = rows(rtg=RTGS).rename(columns={"value": "mean_return"})
    return table.assign(**dict.fromkeys(OUTCOMES, 0.25))


def ablation():
    ablated = [("none", "none")]
    ablated += [
        (of, how) for of in (*HEADS, "both heads", "MLP") for how in ("zero", "mean", "resample")
    ]
    table = rows(of=ablated, evidence=["choosing", "testing", "play"], rtg=RTGS, event=FRONTS)
    return unrolled(table, into=("ablated", "reference"))


def shapley():
    """The second head refuses all: P(forward) is lower with it."""
    table = rows(component=["L0H0", "L0H1", "L0MLP"], evidence=["choosing", "testing"])
    table = table.merge(pd.DataFrame({"event": FRONTS}), how="cross")
    table = table.merge(pd.DataFrame({"rtg": RTGS}), how="cross")
    second = table["component"] == "L0H1"
    return table.assign(reference="mean", value=np.where(second, -0.5, 0.0), n=4)


def attribution():
    return rows(rtg=RTGS, component=PARTS, front=FRONTS)


def scan():
    measured = [("contribution", part) for part in PARTS]
    measured += [("attention", head) for head in HEADS] + [("probability", "forward")]
    return unrolled(rows(rtg=RTGS, front=FRONTS, of=measured))


def maps():
    cell = {"x": range(7), "y": range(7)}
    weights = {"circuit": ["embedding"], "measure": ["weight"], "of": ["object", "goal"]}
    spread = {"circuit": ["embedding"], "measure": ["sd"], "of": ["object", "cell", "state"]}
    heads = {"head": HEADS}
    scores = {"circuit": ["QK"], "measure": ["gradient"], "rtg": RTGS, "of": ["object", "goal"]}
    written = {"circuit": ["OV"], "measure": ["weight"], "of": ["goal"]}
    directions = {"onto": ["F-R", "R-L"]}
    tables = [
        rows(**directions, **weights, **cell),
        rows(**directions, **spread, **cell),
        rows(**heads, **scores, **cell),
        rows(**directions, **heads, **written, **cell),
    ]
    return pd.concat(tables, ignore_index=True)


def attention():
    measures = ["circuit", "score", "attention"]
    table = rows(rtg=RTGS, front=FRONTS, measure=measures, head=HEADS)
    return table.assign(change=-table["value"])


PAIRS = [("rtg", 0.9), ("rtg", -1.0), ("front", -1.0), ("front", 0.9)]
MEASURES = ["logit_difference", "probability"]
WEIGHTS = ["trained", "reinitialised"]


def of_pairs(**levels):
    table = rows(pairs=PAIRS, front=FRONTS, **levels)
    return unrolled(table, "pairs", ("pair", "rtg")).assign(effect=2.0)


def paths():
    table = of_pairs(component=HEADS, path=["direct", "MLP"], measure=MEASURES, weights=WEIGHTS)
    return table.assign(through_mlp=table["value"] / 1000)


def learning_curve():
    return pd.DataFrame({"step": [1000, 2000], "mean_return": [-1, 0.5], "success": [0, 0.7]})


def rtg_histogram():
    bins = {"low": [-1.025, -0.975], "high": [-0.975, -0.925]}
    return pd.DataFrame({**bins, "episodes": [0.9, 0.1], "steps": [0.4, 0.6]})


def with_measures(table):
    for i, measure in enumerate(("error", "return_at_0.9")):
        value = table["value"] / 100 + i
        table = table.assign(
            **{measure: value, f"{measure}_low": value - 0.1, f"{measure}_high": value + 0.1}
        )
    return table.assign(**{"goal_at_0.9": 0.5})


def grid():
    table = with_measures(rows(layers=[0, 1], width=[64, 128], heads=[2], context=[1, 3]))
    return table.assign(predictions=2e6)


def roles():
    """In both models of the study the second head refuses all, but the goal from the left."""
    models = [("study", NAMES[0], 1, 1), ("study", NAMES[1], 2, 1), ("post", "post", None, None)]
    table = rows(model=models, behaviour=list(AVOIDANCES), component=["L0H0", "L0H1", "L0MLP"])
    table = unrolled(table, "model", ("arm", "cell", "run", "seed"))
    head = np.where(table["behaviour"] == "goal_refusal_from_left", "L0H0", "L0H1")
    first = table["component"] == head
    runner_up = ~first & table["component"].str.contains("H")
    return table.assign(testing=table["value"] / 100, chosen=first, runner_up=runner_up)


def measures():
    """Two models of the replica and the study's own, of a claim of two statements and of another
    that is described."""
    models = [("study", 1), ("study", 2), ("post", None), ("short", None)]
    stated = [(4, "return told 0.9"), (9, "change"), (15, "its spread, in logits")]
    table = unrolled(rows(of=stated, model=models), "of", ("claim", "measure"))
    return unrolled(table, "model", ("arm", "run")).assign(reference="", above=1.5, below=np.inf)
