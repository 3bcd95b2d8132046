"""All claims, in the study's order: each part of the study has a module."""

from dtlens.claims import ablation, behaviour, carriers, circuits, data, embeddings, over_time

PARTS = (data, behaviour, ablation, embeddings, circuits, over_time, carriers)
CLAIMS = sorted((claim for part in PARTS for claim in part.CLAIMS), key=lambda claim: claim.number)
