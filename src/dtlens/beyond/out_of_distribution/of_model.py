"""Ask one model about other rooms."""

from functools import partial
from pathlib import Path

import pandas as pd

from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.scenes.settings import Times
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.out_of_distribution.behaviour import in_rooms
from dtlens.beyond.out_of_distribution.causal_roles import ablated_play, choices
from dtlens.beyond.out_of_distribution.settings import OutOfDistribution
from dtlens.beyond.rooms.kinds import KINDS
from dtlens.env.settings import Environment
from dtlens.model.transformer import load_checkpoint
from dtlens.play.players import model_player


def measure(name: str) -> None:
    settings = load("out_of_distribution", OutOfDistribution)
    environment, times = load("environment", Environment), load("scenes.times", Times)
    behaviour = load("behaviour", Behaviour)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors"))
    seed = model.cell.own_seed(settings.seed)
    behaviour = behaviour.model_copy(update={"seed": seed})
    policy = partial(model, last=True)
    player = model_player(policy, model.cell.context, settings.rtg, environment, seed)
    tables = [
        in_rooms(player, KINDS, settings.episodes, seed),
        ablated_play(model, settings, behaviour, environment),
        choices(model, times.every, settings, environment),
    ]
    path = Path(f"results/beyond/out_of_distribution/{name}.csv")
    write_csv(path, pd.concat(tables, ignore_index=True))
