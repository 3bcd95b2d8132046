"""How students and teachers are compared."""

from dtlens.base.settings import Count, Rtg, Section, Seed


class Distillation(Section):
    seed: Seed
    rtg: Rtg  # the students' target return
    scenes: Count  # of each front object
