"""All claims, in the study's order: each part of the study has a module."""

from dtlens.report.claims import (
    ablation,
    behaviour,
    causal_roles,
    circuits,
    data,
    embeddings,
    over_time,
)

PARTS = (data, behaviour, ablation, embeddings, circuits, over_time, causal_roles)
CLAIMS = sorted((claim for part in PARTS for claim in part.CLAIMS), key=lambda claim: claim.number)
