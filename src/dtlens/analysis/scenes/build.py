"""Build the bank of placed scenes."""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np

from dtlens.analysis.scenes.bank import Scenes, read_scenes, write_scenes
from dtlens.analysis.scenes.settings import SceneSettings
from dtlens.base.settings import load
from dtlens.env.dynamic_obstacles import build_scenes
from dtlens.env.settings import Environment

BANK = Path("data/scenes.parquet")


def build() -> Scenes:
    """The bank that params.yaml describes."""
    settings = load("scenes", SceneSettings)
    times = settings.times.every
    generator = np.random.default_rng(settings.seed)
    environment = load("environment", Environment)
    return Scenes(*build_scenes(environment, settings.per_front, times, generator))


def bank() -> Scenes:
    """The pipeline's bank; the same, built in seconds, where that is not there."""
    return read_scenes(BANK) if BANK.exists() else build()


def main() -> None:
    write_scenes(BANK, build())


if __name__ == "__main__":
    run(main)
