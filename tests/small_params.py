"""Settings under which everything is small."""

from pathlib import Path

import yaml

# What differs from params.yaml: everything small.
SMALL = {
    "environment": {"max_steps": 40},
    "scenes": {"per_front": 20, "times": {"first": 10, "last": 19}},
    "calibration": {"rtg": {"low": -1.0, "high": 1.0, "step": 1.0}},
    "behaviour": {
        "rtg": [-1.0, 1.0],
        "episodes": 8,
        "sampled_episodes": 2,
        "ablation_episodes": 4,
        "reference_states": 20,
        "on_policy_episodes": 6,
    },
    "circuits": {"random_directions": 50, "initialisations": 2, "pairs": 5},
}


def write_small_params(folder):
    values = yaml.safe_load((Path(__file__).parents[1] / "params.yaml").read_text())
    merged = {key: value | SMALL.get(key, {}) for key, value in values.items()}
    (folder / "params.yaml").write_text(yaml.safe_dump(merged))
