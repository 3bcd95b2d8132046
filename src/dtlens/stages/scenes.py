"""Build the bank of placed scenes."""

from pathlib import Path

import numpy as np

from dtlens.params import load
from dtlens.params.environment import Environment
from dtlens.params.scenes import Scenes
from dtlens.scenes import build_scenes, write_scenes
from dtlens.stages import run


def main() -> None:
    settings = load(Scenes)
    times = range(settings.times.first, settings.times.last + 1)
    generator = np.random.default_rng(settings.seed)
    labels, views = build_scenes(load(Environment), settings.per_front, times, generator)
    write_scenes(Path("data/scenes.parquet"), labels, views)


if __name__ == "__main__":
    run(main)
