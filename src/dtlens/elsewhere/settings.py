"""How models and agents are asked about other rooms."""

from dtlens.base.settings import Count, Rtg, Section, Seed


class Elsewhere(Section):
    seed: Seed
    rtg: Rtg  # what a model is told
    episodes: Count  # in each kind of room
    ablation_episodes: Count  # in each that ablated models play in
    scenes: Count  # rooms of which those are looked at that have a goal in front
