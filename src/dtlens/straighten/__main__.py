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
from dtlens.task.settings import Environment


def judge(
    model: DecisionTransformer,
    edit: Edit,
    settings: Rewrites,
    reachable: Reachable,
    environment: Environment,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The edit in every place of a model of one layer: in scenes, and in what episodes return.

    The first table is that of `rewrites.judge`, less its column edit; the second has the columns
    place and those of `ask`.
    """
    scenes, asked, targets = [], [], reachable.targets
    for place in places(model):
        changed = change(model, place, edit, settings.refused)
        row = {"place": place.name}
        found = in_scenes(model, changed, edit, settings.seed)
        scenes.append(row | {"key": LEAST_SQUARES} | found)
        if place.name == "W_out":
            null = by_chance(model, place, edit, settings.refused, settings)
            scenes.append(row | {"key": RANDOM} | null)
        if changed is not None:
            policy, seed = partial(changed, last=True), model.cell.own_seed(reachable.seed)
            episodes = reachable.episodes
            table = ask(policy, 1, targets, targets, episodes, environment, seed)
            asked.append(table.assign(**row))
    return pd.DataFrame(scenes).reindex(columns=SCENES), pd.concat(asked, ignore_index=True)


def main(name: str) -> None:
    settings, environment = load("rewrites", Rewrites), load("environment", Environment)
    reachable = load("reachable", Reachable)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors"))
    settings = settings.model_copy(update={"seed": model.cell.own_seed(settings.seed)})
    bank = read_scenes(Path("data/scenes.parquet"))
    edit = make_edit(bank, reachable.targets, environment.max_steps, settings)
    scenes, asked = judge(model, edit, settings, reachable, environment)
    write_csv(Path(f"results/straighten/{name}/scenes.csv"), scenes)
    write_csv(Path(f"results/straighten/{name}/asked.csv"), asked)


if __name__ == "__main__":
    run(main)
