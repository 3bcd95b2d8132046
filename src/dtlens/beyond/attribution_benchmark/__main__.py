"""Grade every method on one model that waits, and on its like that has not learned to."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.scenes.bank import read_scenes
from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.beyond.attainable_returns.settings import AttainableReturns, DelayedGoal
from dtlens.beyond.attribution_benchmark.closed_form import contrasts, fit
from dtlens.beyond.attribution_benchmark.grades import grades
from dtlens.beyond.attribution_benchmark.held import in_play
from dtlens.beyond.attribution_benchmark.methods import estimates
from dtlens.beyond.attribution_benchmark.settings import LIKE, WAITS, AttributionBenchmark
from dtlens.env.settings import Environment
from dtlens.model.cell import Cell
from dtlens.model.transformer import load_checkpoint


def main(name: str) -> None:
    cell, settings = Cell.parse(name), load("attribution_benchmark", AttributionBenchmark)
    environment = load("environment", Environment)
    targets = load("attainable_returns", AttainableReturns).targets
    like = cell.model_copy(update={"recipe": load("delayed_goal", DelayedGoal).agent}).name
    paths = {WAITS: f"data/beyond/dt/{name}.safetensors", LIKE: f"data/dt/{like}.safetensors"}
    scenes, device = read_scenes(Path("data/scenes.parquet")), load("compute", Compute).device
    fits, helds, graded, side = [], [], [], ""
    for model_is, path in paths.items():
        model = load_checkpoint(Path(path)).to(device)
        seed = model.cell.own_seed(settings.seed)
        fitted = fit(model, scenes, settings)
        # The side from which its data shows the goal: there it has learned to wait.
        side = side or str(fitted.nlargest(1, "agreement")["front"].item())
        held = in_play(model, targets, settings.episodes, environment, seed)
        hooked, parts = HookedDecisionTransformer(model), {}
        for kind, pairs in contrasts(scenes, side, model.max_steps, settings).items():
            parts[kind] = estimates(hooked, pairs, settings)
        table = grades(parts["rtg"], parts["time"], held, model.max_steps)
        fits.append(fitted[fitted["front"] == side].assign(model=model_is))
        helds.append(held.assign(model=model_is))
        graded.append(table.assign(model=model_is))
    folder = Path(f"results/beyond/attribution_benchmark/{name}")
    for kind, tables in (("closed_form", fits), ("held", helds), ("methods", graded)):
        write_csv(folder / f"{kind}.csv", pd.concat(tables, ignore_index=True))


if __name__ == "__main__":
    run(main)
