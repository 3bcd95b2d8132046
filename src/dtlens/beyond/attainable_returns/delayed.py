"""Ask a model that learned from late episodes for returns."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.beyond.attainable_returns.returns import returns_at
from dtlens.beyond.attainable_returns.settings import AttainableReturns
from dtlens.env.settings import Environment
from dtlens.model.transformer import load_checkpoint


def main(name: str) -> None:
    settings = load("attainable_returns", AttainableReturns)
    environment, device = load("environment", Environment), load("compute", Compute).device
    model = load_checkpoint(Path(f"data/beyond/dt/{name}.safetensors")).to(device)
    table = returns_at(model, settings.everywhere, settings, environment).assign(way="as_told")
    write_csv(Path(f"results/beyond/attainable_returns/{name}/returns.csv"), table)


if __name__ == "__main__":
    run(main)
