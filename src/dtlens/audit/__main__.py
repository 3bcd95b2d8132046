"""Plant every flaw in one model, and note what auditors get to see of each."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.audit.evidence import PLAY, TABLES, in_play, in_tables
from dtlens.audit.flaws import plant
from dtlens.audit.settings import Audit
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.model.transformer import load_checkpoint
from dtlens.rewrites.settings import Rewrites
from dtlens.scenes.bank import read_scenes
from dtlens.task.settings import Environment


def main(name: str) -> None:
    settings, environment = load("audit", Audit), load("environment", Environment)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors"))
    # Every model's tables are made of the same scenes, but no two models play the same episodes.
    own = settings.model_copy(update={"seed": model.cell.own_seed(settings.seed)})
    scenes = read_scenes(Path("data/scenes.parquet"))
    seen = []
    for flaw, changed in plant(model, scenes, load("rewrites", Rewrites), environment).items():
        tables = {
            TABLES: in_tables(changed, scenes, settings),
            PLAY: in_play(changed, environment, own),
        }
        seen += [table.assign(flaw=flaw, auditor=auditor) for auditor, table in tables.items()]
    found = pd.concat(seen, ignore_index=True)[["flaw", "auditor", "number", "value"]]
    write_csv(Path(f"results/audit/{name}.csv"), found)


if __name__ == "__main__":
    run(main)
