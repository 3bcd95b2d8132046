"""Edit one model so that it waits in front of the goal, and ask it for returns."""

from functools import partial
from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.model.transformer import DecisionTransformer, load_checkpoint
from dtlens.reachable.calibrated import ask
from dtlens.reachable.settings import Reachable
from dtlens.rewrites.edits import Edit
from dtlens.rewrites.judge import LEAST_SQUARES, RANDOM, SCENES, by_chance, change, in_scenes
from dtlens.rewrites.rank_one import places
from dtlens.rewrites.settings import Rewrites
from dtlens.scenes.bank import read_scenes
from dtlens.straighten.edit import make_edit
from dtlens.straighten.settings import Straighten
from dtlens.task.settings import Environment


def judge(
    model: DecisionTransformer,
    edit: Edit,
    strengths: list[float],
    settings: Rewrites,
    reachable: Reachable,
    environment: Environment,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The edit in every place of a model of one layer, in the first place, W_out, at each strength
    (P(forward) that is wanted in target states): in scenes, and in what episodes return.

    The first table has the column refused and those of `rewrites.judge` but edit; the second the
    columns refused, place, and those of `ask`.
    """
    scenes, asked, targets = [], [], reachable.targets
    at = [(place, refused) for place in places(model)[:1] for refused in strengths]
    at += [(place, strengths[0]) for place in places(model)[1:]]
    null = by_chance(model, at[0][0], edit, strengths[0], settings)
    for place, refused in at:
        changed = change(model, place, edit, refused)
        found = in_scenes(model, changed, edit, settings.seed)
        key = {"refused": refused, "place": place.name, "key": LEAST_SQUARES}
        scenes.append(key | found)
        if changed is not None:
            policy, context = partial(changed, last=True), model.cell.context
            episodes, seed = reachable.episodes, model.cell.own_seed(reachable.seed)
            table = ask(policy, context, targets, targets, episodes, environment, seed)
            asked.append(table.assign(refused=refused, place=place.name))
    scenes.append({"refused": strengths[0], "place": at[0][0].name, "key": RANDOM} | null)
    none = pd.DataFrame(columns=["refused", "place"])  # where the edit can be had nowhere
    table = pd.DataFrame(scenes).reindex(columns=["refused", *SCENES])
    return table, pd.concat(asked, ignore_index=True) if asked else none


def main(name: str) -> None:
    settings, environment = load("rewrites", Rewrites), load("environment", Environment)
    reachable, strengths = load("reachable", Reachable), load("straighten", Straighten).refused
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors"))
    settings = settings.model_copy(update={"seed": model.cell.own_seed(settings.seed)})
    bank = read_scenes(Path("data/scenes.parquet"))
    edit = make_edit(bank, reachable.targets, environment.max_steps, settings)
    scenes, asked = judge(model, edit, strengths, settings, reachable, environment)
    write_csv(Path(f"results/straighten/{name}/scenes.csv"), scenes)
    write_csv(Path(f"results/straighten/{name}/asked.csv"), asked)


if __name__ == "__main__":
    run(main)
