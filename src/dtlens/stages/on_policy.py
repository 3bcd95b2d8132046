"""Tabulate what one cell does in the states of its own play."""

from pathlib import Path

from dtlens.analysis.suites import on_policy_table
from dtlens.files import write_csv
from dtlens.model import load_checkpoint
from dtlens.params import load
from dtlens.params.behaviour import Behaviour
from dtlens.params.circuits import Circuits
from dtlens.params.compute import Compute
from dtlens.params.environment import Environment
from dtlens.stages import run


def main(name: str) -> None:
    device = load(Compute).device
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(device)
    rtgs, settings = load(Behaviour).rtg, load(Circuits)
    table = on_policy_table(model, rtgs, settings, load(Environment), device)
    write_csv(Path(f"results/on_policy/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
