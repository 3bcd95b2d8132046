"""Settings of the report."""

from dtlens.base.settings import Count, Section


class Chance(Section):
    models: Count
    per_front: Count
