"""Files as the study's code leaves them: one of its authors', and made-up ones."""

from pathlib import Path

import torch

REAL = Path(__file__).parents[2] / "shared/data/dti/ReproduceOriginalPostShort.pt"


def study_state(layers=1, heads=2, tokens=2, d=8, inputs=147):
    """A random state dict of the study's newer code, all its parts large enough to matter."""
    shapes = {
        "action_embedding.0.weight": (4, d),
        "time_embedding.weight": (21, d),
        "state_embedding.weight": (d, inputs),
        "reward_embedding.0.weight": (d, 1),
        "transformer.pos_embed.W_pos": (tokens, d),
        "action_predictor.weight": (3, d),
        "action_predictor.bias": (3,),
        "state_predictor.weight": (inputs, d),
        "reward_predictor.bias": (1,),
    }
    for layer in range(layers):
        attn, mlp = (f"transformer.blocks.{layer}.{part}." for part in ("attn", "mlp"))
        shapes |= {f"{attn}W_{x}": (heads, d, d // heads) for x in "QKV"}
        shapes |= {f"{attn}b_{x}": (heads, d // heads) for x in "QKV"}
        shapes |= {f"{attn}W_O": (heads, d // heads, d), f"{attn}b_O": (d,)}
        shapes |= {f"{attn}mask": (tokens, tokens), f"{attn}IGNORE": ()}
        shapes |= {f"{mlp}W_in": (d, 2 * d), f"{mlp}b_in": (2 * d,)}
        shapes |= {f"{mlp}W_out": (2 * d, d), f"{mlp}b_out": (d,)}
    generator = torch.Generator().manual_seed(0)
    return {key: torch.randn(shape, generator=generator) * 0.3 for key, shape in shapes.items()}
