"""Ask one model, and the agent that it learned from, how well the rooms of training generalise."""

from functools import partial
from pathlib import Path

from dtlens.base.stage import run

import numpy as np
import pandas as pd

from dtlens.agents.snapshots import load_snapshots
from dtlens.analysis.circuits.settings import Circuits
from dtlens.analysis.circuits.spread import spread
from dtlens.analysis.interventions.occlusion import (
    Answers,
    front_share,
    occlusion,
    of_agent,
    of_model,
)
from dtlens.analysis.scenes.bank import Scenes, read_scenes
from dtlens.analysis.scenes.settings import Times
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.out_of_distribution.behaviour import in_rooms
from dtlens.beyond.rooms.kinds import DOSES, TESTS
from dtlens.beyond.training_diversity.settings import TrainingDiversity
from dtlens.env.settings import Environment
from dtlens.model.cell import Cell
from dtlens.model.transformer import DecisionTransformer, load_checkpoint
from dtlens.play.players import Player, agent_player, model_player

COLUMNS = ["player", "kind", "event", "value", "low", "high", "n"]
SCENES, OWN = "scenes", "its own rooms"


def ask(
    player: Player,
    answers: Answers,
    dose: str,
    scenes: Scenes,
    settings: TrainingDiversity,
    seed: int,
) -> pd.DataFrame:
    """How play goes in the rooms that it learned from and in `TESTS`, and the front cell's share of
    what cells do (see `front_share`) in scenes. Columns: `COLUMNS` without player."""
    kinds = {OWN: DOSES[dose]} | TESTS
    share = front_share(occlusion(answers, scenes.views), np.random.default_rng(seed))
    played = in_rooms(player, kinds, settings.episodes, seed)[COLUMNS[1:]]
    return pd.concat([played, row("front_share", *share, len(scenes.views))])


def localisation(
    model: DecisionTransformer, scenes: Scenes, rtg: float, nulls: int
) -> pd.DataFrame:
    """The rows of `spread`: the share off the front cell, and its ratio to untrained models'."""
    (found,) = spread(model, scenes.windows(rtg), nulls).to_dict("records")
    ratio = (found[name] for name in ("ratio", "ratio_low", "ratio_high", "n"))
    share = (found["value"], np.nan, np.nan, len(scenes.views))
    return pd.concat([row("off_front", *share), row("off_front_ratio", *ratio)])


def row(event: str, *numbers: float) -> pd.DataFrame:
    return pd.DataFrame([(SCENES, event, *numbers)], columns=COLUMNS[1:])


def main(name: str, model_path: str, agent_path: str) -> None:
    settings = load("training_diversity", TrainingDiversity)
    environment, times = load("environment", Environment), load("scenes.times", Times)
    cell, model = Cell.parse(name), load_checkpoint(Path(model_path))
    agent, seed = load_snapshots(Path(agent_path)).agents[-1], cell.own_seed(settings.play_seed)
    dose = str(cell.recipe)
    scenes = read_scenes(Path("data/scenes.parquet")).sample(settings.scenes, settings.play_seed)
    playing = model_player(partial(model, last=True), cell.context, settings.rtg, environment, seed)
    answers = partial(of_model, model, rtg=settings.rtg, time=times.middle)
    agents = agent_player(agent, environment, settings.play_seed)
    nulls = load("circuits", Circuits).initialisations
    of_models = [
        ask(playing, answers, dose, scenes, settings, seed),
        localisation(model, scenes, settings.rtg, nulls),
    ]
    of_agents = ask(agents, partial(of_agent, agent), dose, scenes, settings, seed)
    tables = {"model": pd.concat(of_models), "agent": of_agents}
    named = [table.assign(player=player) for player, table in tables.items()]
    write_csv(Path(f"results/beyond/training_diversity/{name}.csv"), pd.concat(named)[COLUMNS])


if __name__ == "__main__":
    run(main)
