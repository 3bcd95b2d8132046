"""How closely circuits are looked at."""

from dtlens.params import Count, Section, Seed


class Circuits(Section):
    seed: Seed
    random_directions: Count
    initialisations: Count
    pairs: Count
    neurons: Count
    episodes: Count
