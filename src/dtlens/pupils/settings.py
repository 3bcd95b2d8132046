"""How models and agents are set beside each other."""

from dtlens.base.settings import Count, Rtg, Section, Seed


class Pupils(Section):
    seed: Seed
    rtg: Rtg  # what models are told
    scenes: Count  # of each front object
