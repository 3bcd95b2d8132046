"""Small tables as the stages write them; every row has a value of its own, by which it is found."""

import itertools

import numpy as np
import pandas as pd

from dtlens.task.dynamic_obstacles import FRONTS, OUTCOMES

RTGS = [-1.0, 0.9]
NAME = "1L-16d-2h-1k-index-ours-r1-ours-s1"
PARTS = ["state", "time", "L0H0", "L0MLP", "whole"]


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


def calibration():
    shares = dict.fromkeys(OUTCOMES, 0.25)
    table = rows(rtg=RTGS).rename(columns={"value": "mean_return"})
    return table.assign(**shares)


def ablation():
    references = [("whole", "whole"), ("L0H0", "mean"), ("L0H0", "zero")]
    table = rows(of=references, evidence=["bank", "play"], rtg=RTGS, event=FRONTS)
    component, reference = zip(*table.pop("of"), strict=True)
    return table.assign(component=component, reference=reference)


def attribution():
    return rows(rtg=RTGS, component=PARTS, front=FRONTS)


def scan():
    measured = [("contribution", part) for part in PARTS]
    measured += [("attention", "L0H0"), ("attention", "L0H1"), ("probability", "forward")]
    table = rows(rtg=RTGS, front=FRONTS, of=measured)
    measure, component = zip(*table.pop("of"), strict=True)
    return table.assign(measure=measure, component=component)


def maps():
    cell = {"x": range(7), "y": range(7)}
    weights = {"circuit": ["embedding"], "measure": ["weight"], "of": ["object", "goal"]}
    spread = {"circuit": ["embedding"], "measure": ["sd"], "of": ["object", "cell", "state"]}
    heads = {"head": ["L0H0", "L0H1"]}
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
    objects, measures = ["empty", "wall", "goal"], ["attention", "score"]
    return rows(rtg=RTGS, object=objects, measure=measures, head=["L0H0", "L0H1"])


def rtg_embedding():
    return rows(onto=["F-R", "R-L"]).assign(null_low=-0.5, null_high=0.5)


def time_embedding():
    return rows(t=range(3), onto=["F-R", "R-L"]).assign(share=0.5)


PAIRS = [("rtg", 0.9), ("rtg", -1.0), ("front", -1.0), ("front", 0.9)]
MEASURES = ["logit_difference", "probability"]
WEIGHTS = ["trained", "reinitialised"]


def of_pairs(**levels):
    table = rows(of=PAIRS, front=FRONTS, **levels)
    pair, rtg = zip(*table.pop("of"), strict=True)
    return table.assign(pair=pair, rtg=rtg, effect=2.0)


def patching():
    parts = ["token", "output", "output_random"]
    return of_pairs(component=["L0H0"], part=parts, measure=MEASURES, weights=WEIGHTS)


def paths():
    return of_pairs(component=["L0H0"], path=["direct", "L0MLP"], measure=MEASURES, weights=WEIGHTS)


def neurons():
    table = of_pairs(layer=[0], neuron=[3, 7])
    total = table.groupby(["pair", "rtg", "front"])["value"].transform("sum") * 2
    return table.assign(whole=total, share=table["value"] / total)


def learning_curve():
    return pd.DataFrame({"step": [1000, 2000], "mean_return": [-1, 0.5], "success": [0, 0.7]})


def rtg_histogram():
    bins = {"low": [-1.025, -0.975], "high": [-0.975, -0.925]}
    return pd.DataFrame({**bins, "episodes": [0.9, 0.1], "steps": [0.4, 0.6]})


def with_measures(table):
    for i, measure in enumerate(("error", "error_on_data", "return_at_0.9")):
        value = table["value"] / 100 + i
        table = table.assign(
            **{measure: value, f"{measure}_low": value - 0.1, f"{measure}_high": value + 0.1}
        )
    return table.assign(**{"goal_at_0.9": 0.5})


def grid():
    return with_measures(rows(layers=[0, 1], width=[16, 32], heads=[2], context=[1, 3]))


def seeds():
    return with_measures(rows(encoding=["index", "one_hot"], end_oversampling=[0.0, 0.3]))


def composition():
    names = [f"2L-{width}d-2h-{context}k-index-s0" for width in (16, 32) for context in (1, 3)]
    return rows(cell=names, path=["Q", "K", "V", "MLP"]).assign(null=0.5)


def roles():
    table = rows(
        encoding=["index", "one_hot"],
        seed=[1, 2],
        behaviour=["wall_refusal", "rtg_switching"],
        component=["L0H0", "L0MLP"],
    )
    return table.rename(columns={"value": "part"}).assign(strength=0.5)


def over_time():
    measured = [("return", "-1"), ("error", "all target RTGs"), ("strength", "wall_refusal")]
    table = rows(step=[100, 1000], over=[*measured, ("part", "wall_refusal")])
    measure, of = zip(*table.pop("over"), strict=True)
    return table.assign(measure=measure, of=of)
