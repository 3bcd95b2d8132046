"""The card of a model: what it is, what it learned from and how, its calibration, its limits."""

import pandas as pd

from dtlens.agents.settings import DataSettings, Ppo
from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.lens.hooked_model import sentence
from dtlens.analysis.of_model import calibration
from dtlens.analysis.tables import path_of
from dtlens.base.errors import UserError
from dtlens.base.files import read_csv
from dtlens.base.settings import Section, load
from dtlens.env.settings import Environment
from dtlens.library.project import in_project
from dtlens.model.cell import Cell
from dtlens.model.settings import Training
from dtlens.model.transformer import DecisionTransformer
from dtlens.play.calibration_error import calibration_error

EPISODES = 20  # at each reward-to-go, of a model that the pipeline has not calibrated


def card(model: DecisionTransformer, file: str) -> str:
    """In Markdown; `file` is the name that the model travels under."""
    cell = model.cell
    with in_project():
        table, environment = _calibration(model), load("environment", Environment)
        learned, targets = _learned(cell), load("behaviour", Behaviour).rtg
    shown = table[table["rtg"].isin(targets)].drop(columns=["sd", "episodes"])
    return f"""\
# {cell.name}

It is {sentence(cell, model.max_steps)}. It plays {environment.id}: told a target reward-to-go
(RTG), it chooses to turn left, turn right or go forward.

```python
import dtlens

model = dtlens.load("{file}")
```

`torch.load("{file}", weights_only=True)` gives its tensors under TransformerLens' names;
`dtlens import {file} {cell.name}.safetensors` the checkpoint that it was exported from; `dtlens
trace {cell.name}.safetensors` then says what made that, if the pipeline did.

## What it learned from, and how

{learned}

## Calibration

Mean return with the likeliest action, over {table["episodes"].iloc[0]} episodes at each target,
with a 95% interval; mean length in steps; and the shares of episodes that end so. The root
mean square of return less target is {calibration_error(table):.3f}, over {len(table)} targets.

{shown.to_markdown(index=False, floatfmt=".3g")}

## Limits

- One game. Other rooms, sizes or objects are outside of what it has seen.
- Time {model.max_steps - 1} is the last it has an embedding for.
- Rewards-to-go from -1 to 1 alone have a meaning; where the table's returns are off their targets,
  it does not do as it is told.
- One training seed: that it does something says little about models trained alike.
"""


def _calibration(model: DecisionTransformer) -> pd.DataFrame:
    """The pipeline's if there is one, else a short one."""
    path = path_of("calibration", model.cell.name)
    return read_csv(path) if path.exists() else calibration(model, EPISODES)


def _learned(cell: Cell) -> str:
    if cell.recipe is None:
        return "Others trained it: its file does not say on what, nor how."
    lines = [
        "Settings are those that params.yaml has at the time of writing.",
        "",
        f"- Data: run {cell.run} of the agent of the recipe `{cell.recipe}`.",
        *_settings(f"ppo.{cell.recipe}", Ppo),
        *_settings(f"trajectories.{cell.recipe}", DataSettings),
        f"- Optimisation: `{cell.optimisation}`, training seed {cell.seed}.",
        *_settings(f"training.{cell.optimisation}", Training),
    ]
    special = {"end_oversampling": cell.end_oversampling, "weight_decay": cell.weight_decay}
    lines += [
        f"- In place of the optimisation's: {key} = {value:g}."
        for key, value in special.items()
        if value is not None
    ]
    return "\n".join(lines)


def _settings(name: str, section: type[Section]) -> list[str]:
    """A line with the settings of params.yaml; none if it no longer has such a section."""
    try:
        values = load(name, section).model_dump(exclude_none=True)
    except UserError:
        return []
    return [f"- {name}: " + ", ".join(f"{key} {value}" for key, value in values.items()) + "."]
