"""Set every model of the study's arms beside its agent, and beside others."""

from functools import partial
from pathlib import Path

from dtlens.base.stage import run

from dtlens.agents.snapshots import load_snapshots
from dtlens.arms import cells_by_arm
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.model.cell import Cell
from dtlens.model.transformer import load_checkpoint
from dtlens.occlusion import of_agent, of_model
from dtlens.pupils.inside import in_agent, in_model
from dtlens.pupils.likeness import Seen, compare, see
from dtlens.pupils.settings import Pupils
from dtlens.scenes.bank import read_scenes

TIME = 20  # the middle of the bank's timesteps


def main() -> None:
    settings, arms = load("pupils", Pupils), cells_by_arm()
    views = read_scenes(Path("data/scenes.parquet")).sample(settings.scenes, settings.seed).views
    runs = {cell.name: cell.data for cells in arms.values() for cell in cells}

    def model(cell: Cell) -> Seen:
        loaded = load_checkpoint(Path(f"data/dt/{cell.name}.safetensors"))
        answers = partial(of_model, loaded, rtg=settings.rtg, time=TIME)
        return see(answers, partial(in_model, loaded, rtg=settings.rtg, time=TIME), views)

    def agent(name: str) -> Seen:
        last = load_snapshots(Path(f"data/ppo/{name}/agents.safetensors")).agents[-1]
        return see(partial(of_agent, last), partial(in_agent, last), views)

    seen = {arm: {cell.name: model(cell) for cell in cells} for arm, cells in arms.items()}
    agents = {name: agent(name) for name in sorted(set(runs.values()))}
    write_csv(Path("results/pupils.csv"), compare(seen, runs, agents))


if __name__ == "__main__":
    run(main)
