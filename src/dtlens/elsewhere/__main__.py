"""Ask one model about other rooms."""

from functools import partial
from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.behaviour.settings import Behaviour
from dtlens.elsewhere.behaviour import in_rooms
from dtlens.elsewhere.carriers import ablated_play, choices
from dtlens.elsewhere.players import model_player
from dtlens.elsewhere.settings import Elsewhere
from dtlens.model.transformer import load_checkpoint
from dtlens.task.settings import Environment
from dtlens.worlds.kinds import KINDS


def main(name: str) -> None:
    settings, environment = load("elsewhere", Elsewhere), load("environment", Environment)
    behaviour = load("behaviour", Behaviour)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors"))
    seed = model.cell.own_seed(settings.seed)
    behaviour = behaviour.model_copy(update={"seed": seed})
    policy = partial(model, last=True)
    player = model_player(policy, model.cell.context, settings.rtg, environment, seed)
    tables = [
        in_rooms(player, KINDS, settings.episodes, seed),
        ablated_play(model, settings, behaviour, environment),
        choices(model, settings, environment),
    ]
    write_csv(Path(f"results/elsewhere/{name}.csv"), pd.concat(tables, ignore_index=True))


if __name__ == "__main__":
    run(main)
