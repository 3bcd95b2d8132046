"""Edit one model, and judge what the edits do."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.model.transformer import load_checkpoint
from dtlens.rewrites.edits import make_edits
from dtlens.rewrites.judge import judge
from dtlens.rewrites.settings import Rewrites
from dtlens.scenes.bank import read_scenes
from dtlens.task.settings import Environment


def main(name: str) -> None:
    settings, environment = load("rewrites", Rewrites), load("environment", Environment)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors"))
    settings = settings.model_copy(update={"seed": model.cell.own_seed(settings.seed)})
    edits = make_edits(read_scenes(Path("data/scenes.parquet")), settings, environment)
    scenes, play = judge(model, edits, settings, environment)
    write_csv(Path(f"results/rewrites/{name}/scenes.csv"), scenes)
    write_csv(Path(f"results/rewrites/{name}/play.csv"), play)


if __name__ == "__main__":
    run(main)
