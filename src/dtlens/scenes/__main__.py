"""Build the bank of placed scenes."""

from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import UInt8

from dtlens.base.settings import load
from dtlens.base.stage import run
from dtlens.scenes.bank import write_scenes
from dtlens.scenes.settings import SceneSettings
from dtlens.task.dynamic_obstacles import build_scenes
from dtlens.task.settings import Environment


def build() -> tuple[pd.DataFrame, UInt8[np.ndarray, "scene 7 7 3"]]:
    """The bank that params.yaml describes: labels and views, as of `build_scenes`."""
    settings = load("scenes", SceneSettings)
    times = range(settings.times.first, settings.times.last + 1)
    generator = np.random.default_rng(settings.seed)
    return build_scenes(load("environment", Environment), settings.per_front, times, generator)


def main() -> None:
    write_scenes(Path("data/scenes.parquet"), *build())


if __name__ == "__main__":
    run(main)
