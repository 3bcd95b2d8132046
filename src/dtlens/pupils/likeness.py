"""How alike two players are in the same scenes: in what they choose, and in what it hangs on."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from dtlens.claims.statistics import MODELS, mean_over
from dtlens.minigrid import Observations
from dtlens.occlusion import Answers, occlusion, preference_of
from dtlens.pupils.inside import Inside, alignment

OWN, OTHER, PUPIL = "own agent", "another agent", "another pupil"
LESS = f"{OWN} less {OTHER}"
MEASURES = ["agreement", "preference", "effects", "map", "inside", "unread"]


class Seen(NamedTuple):
    """A player in the scenes: its likeliest action, F-R, what emptying each cell takes away, and
    the layer that it decides by."""

    action: Int[np.ndarray, " scene"]
    preference: Float[np.ndarray, " scene"]
    effects: Float[np.ndarray, "scene cell"]
    inside: Inside


def see(answers: Answers, inside: Callable[[Observations], Inside], views: Observations) -> Seen:
    logits = answers(views)
    effects = occlusion(answers, views)
    return Seen(logits.argmax(1), preference_of(logits), effects, inside(views))


def likeness(one: Seen, other: Seen) -> dict[str, float]:
    """By each of `MEASURES`: the share of scenes with the same likeliest action; Pearson's r of F-R
    over scenes, of the effects over scenes and cells, and of their mean sizes over cells; how the
    layers align (see `alignment`), and what of them no logit is read off."""
    pairs = {
        "preference": (one.preference, other.preference),
        "effects": (one.effects.ravel(), other.effects.ravel()),
        "map": (np.abs(one.effects).mean(0), np.abs(other.effects).mean(0)),
    }
    agreement = {"agreement": float((one.action == other.action).mean())}
    found = {name: float(np.corrcoef(*pair)[0, 1]) for name, pair in pairs.items()}
    inside = {
        "inside": alignment(one.inside.layer, other.inside.layer),
        "unread": alignment(one.inside.unread, other.inside.unread),
    }
    return agreement | found | inside


def compare(
    arms: dict[str, dict[str, Seen]], runs: dict[str, str], agents: dict[str, Seen]
) -> pd.DataFrame:
    """A row per arm, who stands beside its models, and measure, over models: the mean with
    Student's interval. `arms` has the models of each arm by name, `runs` the agent that each
    learned from. Beside a model stand its own agent; in their mean, the other agents of the same
    recipe; and the models of its arm that learned from these. The last is the first's difference
    from the second, model by model.
    """
    rows = []
    for arm, models in arms.items():
        found: dict[tuple[str, str], list[float]] = {}
        for name, model in models.items():
            run = runs[name]
            recipe = run.rpartition("-")[0]
            others = [a for a in agents if a != run and a.rpartition("-")[0] == recipe]
            beside = {
                OWN: [agents[run]],
                OTHER: [agents[other] for other in others],
                PUPIL: [seen for other, seen in models.items() if runs[other] in others],
            }
            for who, players in beside.items():
                alike = pd.DataFrame([likeness(model, player) for player in players])
                for measure in MEASURES if players else []:
                    found.setdefault((who, measure), []).append(alike[measure].mean())
        for measure in MEASURES:
            if (OTHER, measure) in found:
                pair = (np.array(found[who, measure]) for who in (OWN, OTHER))
                found[LESS, measure] = list(np.subtract(*pair))
        for key, values in found.items():
            number = mean_over(np.array(values), MODELS)
            rows.append((arm, *key, number.value, number.low, number.high, number.n))
    return pd.DataFrame(rows, columns=["arm", "beside", "measure", "value", "low", "high", "n"])
