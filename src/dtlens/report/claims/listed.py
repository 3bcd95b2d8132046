"""All claims, in the study's order: each part of the study has a module.

Claim 26, a hunch about training ("performant long before interpretable"), is not asked: under the
study's own decay it would take trainings of its own.
"""

from dtlens.report.claims import ablation, behaviour, circuits, data, embeddings

PARTS = (data, behaviour, ablation, embeddings, circuits)
CLAIMS = sorted((claim for part in PARTS for claim in part.CLAIMS), key=lambda claim: claim.number)
