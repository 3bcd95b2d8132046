"""Edit one model, and judge what the edits do."""

from pathlib import Path

from dtlens.analysis.scenes.bank import read_scenes
from dtlens.analysis.scenes.settings import Times
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.attainable_returns.settings import AttainableReturns
from dtlens.beyond.rank_one_editing.calibration_edit import calibration_edit
from dtlens.beyond.rank_one_editing.edits import make_edits
from dtlens.beyond.rank_one_editing.judge import Editor
from dtlens.beyond.rank_one_editing.settings import RankOneEditing
from dtlens.env.settings import Environment
from dtlens.model.transformer import load_checkpoint


def measure(name: str) -> None:
    settings, environment = (
        load("rank_one_editing", RankOneEditing),
        load("environment", Environment),
    )
    returns, times = load("attainable_returns", AttainableReturns), load("scenes.times", Times)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors"))
    settings = settings.model_copy(update={"seed": model.cell.own_seed(settings.seed)})
    bank = read_scenes(Path("data/scenes.parquet"))
    edits = make_edits(bank, times.every, settings, environment)
    to_wait = calibration_edit(bank, returns.targets, environment.max_steps, settings)
    tables = Editor(model, settings, environment, returns).judged(edits, to_wait)
    for kind, table in tables.items():
        write_csv(Path(f"results/beyond/rank_one_editing/{name}/{kind}.csv"), table)
