"""Grade every method on one model that waits, and on its like that has not learned to."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.behaviour.ablation import on_policy_windows, reference_pools
from dtlens.behaviour.settings import Behaviour
from dtlens.clock.closed_form import contrasts, fit
from dtlens.clock.grades import grades
from dtlens.clock.held import in_play
from dtlens.clock.methods import estimates
from dtlens.clock.settings import Clock
from dtlens.lens.hooked_model import HookedDecisionTransformer
from dtlens.model.cell import Cell
from dtlens.model.transformer import load_checkpoint
from dtlens.reachable.settings import Reachable, Waiting
from dtlens.scenes.bank import read_scenes
from dtlens.task.settings import Environment


def main(name: str) -> None:
    cell, settings = Cell.parse(name), load("clock", Clock)
    environment = load("environment", Environment)
    behaviour, targets = load("behaviour", Behaviour), load("reachable", Reachable).targets
    like = cell.model_copy(update={"recipe": load("waiting", Waiting).agent}).name
    paths = {"waiting": f"data/waiting/{name}.safetensors", "like": f"data/dt/{like}.safetensors"}
    scenes, device = read_scenes(Path("data/scenes.parquet")), load("compute", Compute).device
    fits, helds, graded, side = [], [], [], ""
    for model_is, path in paths.items():
        model = load_checkpoint(Path(path)).to(device)
        seed = model.cell.own_seed(settings.seed)
        fitted = fit(model, scenes, settings)
        # The side from which its data shows the goal: there it has learned to wait.
        side = side or str(fitted.nlargest(1, "agreement")["front"].item())
        held = in_play(model, targets, settings.episodes, environment, seed)
        pools = reference_pools(model, on_policy_windows(model, behaviour, environment))
        hooked, told = HookedDecisionTransformer(model), {}
        for kind, pairs in contrasts(scenes, side, model.max_steps, settings).items():
            told[kind] = estimates(hooked, pairs, pools, settings)
        table = grades(told["rtg"], told["time"], held, model.max_steps, seed)
        fits.append(fitted[fitted["front"] == side].assign(model=model_is))
        helds.append(held.assign(model=model_is))
        graded.append(table.assign(model=model_is))
    for kind, tables in (("closed_form", fits), ("held", helds), ("methods", graded)):
        write_csv(Path(f"results/clock/{name}/{kind}.csv"), pd.concat(tables, ignore_index=True))


if __name__ == "__main__":
    run(main)
