"""The environment that is played everywhere."""

from typing import Literal

from dtlens.base.settings import Count, Section


class Environment(Section):
    id: Literal["MiniGrid-Dynamic-Obstacles-8x8-v0"]
    max_steps: Count
