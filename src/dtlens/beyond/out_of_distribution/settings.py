"""How models and agents are asked about other rooms."""

from dtlens.base.settings import Count, Rtg, Section, Seed


class OutOfDistribution(Section):
    seed: Seed
    rtg: Rtg  # a model's target return
    episodes: Count  # in each kind of room
    ablation_episodes: Count  # in each that ablated models play in
    scenes: Count  # rooms of which those are looked at that have a goal in front
