"""Send one model to every cell, and see whether it goes."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.rank_one_editing.retargeted_play import send
from dtlens.beyond.rank_one_editing.settings import GoalRetargeting
from dtlens.beyond.training_diversity.settings import TrainingDiversity
from dtlens.env.settings import Environment
from dtlens.model.transformer import load_checkpoint


def main(name: str, path: str) -> None:
    settings, environment = (
        load("goal_retargeting", GoalRetargeting),
        load("environment", Environment),
    )
    model = load_checkpoint(Path(path))
    settings = settings.model_copy(update={"seed": model.cell.own_seed(settings.seed)})
    table = send(model, settings, load("training_diversity", TrainingDiversity).rtg, environment)
    write_csv(Path(f"results/beyond/goal_retargeting/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
