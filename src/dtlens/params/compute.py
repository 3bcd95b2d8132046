"""Where tensors are computed."""

from typing import Literal

from dtlens.params import Section


class Compute(Section):
    device: Literal["cpu", "cuda"]
