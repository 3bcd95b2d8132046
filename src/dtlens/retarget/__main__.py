"""Send one model to every cell, and see whether it goes."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.diversity.settings import Diversity
from dtlens.model.transformer import load_checkpoint
from dtlens.retarget.judge import judge
from dtlens.retarget.settings import Retarget
from dtlens.task.settings import Environment


def main(name: str, path: str) -> None:
    settings, environment = load("retarget", Retarget), load("environment", Environment)
    model = load_checkpoint(Path(path))
    settings = settings.model_copy(update={"seed": model.cell.own_seed(settings.seed)})
    table = judge(model, settings, load("diversity", Diversity).rtg, environment)
    write_csv(Path(f"results/retarget/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
