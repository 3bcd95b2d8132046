"""How closely circuits are looked at."""

from dtlens.base.settings import Count, Section, Seed


class Circuits(Section):
    seed: Seed
    random_directions: Count
    initialisations: Count
    pairs: Count
    neurons: Count
