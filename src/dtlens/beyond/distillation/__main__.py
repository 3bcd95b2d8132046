"""Compare every model of the study's arms with its agent, and with others."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.agents.snapshots import load_snapshots
from dtlens.analysis.scenes.bank import read_scenes
from dtlens.analysis.scenes.settings import Times
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.distillation.likeness import Profile, compare, student, teacher
from dtlens.beyond.distillation.settings import Distillation
from dtlens.beyond.means import over_models
from dtlens.model.transformer import load_checkpoint
from dtlens.report.arms import cells_by_arm


def main() -> None:
    settings, arms = load("distillation", Distillation), cells_by_arm()
    time = load("scenes.times", Times).middle
    views = read_scenes(Path("data/scenes.parquet")).sample(settings.scenes, settings.seed).views
    runs = {cell.name: cell.data for cells in arms.values() for cell in cells}

    def of_model(name: str) -> Profile:
        model = load_checkpoint(Path(f"data/dt/{name}.safetensors"))
        return student(model, views, settings.rtg, time)

    def of_agent(name: str) -> Profile:
        last = load_snapshots(Path(f"data/agents/{name}.safetensors")).agents[-1]
        return teacher(last, views)

    students = {
        arm: {cell.name: of_model(cell.name) for cell in cells} for arm, cells in arms.items()
    }
    teachers = {name: of_agent(name) for name in sorted(set(runs.values()))}
    table = over_models(compare(students, runs, teachers), ["arm", "beside", "measure"])
    write_csv(Path("results/beyond/distillation.csv"), table)


if __name__ == "__main__":
    run(main)
