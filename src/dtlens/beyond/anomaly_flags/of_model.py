"""Watch one model where it does harm, and ask what it had said before."""

from pathlib import Path

import pandas as pd

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.anomaly_flags.read_outs import read_outs
from dtlens.beyond.anomaly_flags.settings import AnomalyFlags
from dtlens.beyond.anomaly_flags.watch import HARMS, watch
from dtlens.beyond.rooms.kinds import TRAINED
from dtlens.env.settings import Environment
from dtlens.model.transformer import load_checkpoint


def measure(name: str) -> None:
    settings, environment = load("anomaly_flags", AnomalyFlags), load("environment", Environment)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors"))
    settings = settings.model_copy(update={"seed": model.cell.own_seed(settings.seed)})
    tables = []
    for named, harm in HARMS.items():
        usual, known, watched = (
            watch(model, kind, harm, settings, environment)
            for kind in (TRAINED, harm.like, harm.kind)
        )
        found = read_outs(usual.steps, known, watched, settings.harmful)
        tables.append(found.assign(harm=named))
    write_csv(
        Path(f"results/beyond/anomaly_flags/{name}.csv"), pd.concat(tables, ignore_index=True)
    )
