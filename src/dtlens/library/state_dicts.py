"""What the weights of our Decision Transformer are called elsewhere, and in which order of axes.

In the study's code, and in TransformerLens.
"""

import re
from typing import NamedTuple

OLD_NAMES = {"state_encoder.": "state_embedding.", "predict_actions.": "action_predictor."}
# Buffers, and what predicts states and rewards.
UNUSED = re.compile(
    r"transformer\.blocks\.\d+\.attn\.(mask|IGNORE)"
    r"|((state|reward)_predictor|predict_(states|rewards))\.(weight|bias)"
)
# A key and its axes, and how they become ours.
EMBEDDINGS = {
    "state_embedding.weight": ("W_state", "d input -> input d"),
    "reward_embedding.0.weight": ("W_rtg", "d one -> (d one)"),
    "action_embedding.0.weight": ("W_action", "action_or_padding d -> action_or_padding d"),
    "time_embedding.weight": ("W_time", "time d -> time d"),
    "transformer.pos_embed.W_pos": ("W_pos", "token d -> token d"),
    "action_predictor.weight": ("W_U", "action d -> d action"),
    "action_predictor.bias": ("b_U", "action -> action"),
}
BLOCK = {
    **{f"attn.W_{x}": (f"W_{x}", "head d d_head -> d (head d_head)") for x in "QKV"},
    **{f"attn.b_{x}": (f"b_{x}", "head d_head -> (head d_head)") for x in "QKV"},
    "attn.W_O": ("W_O", "head d_head d -> (head d_head) d"),
    "attn.b_O": ("b_O", "d -> d"),
    "mlp.W_in": ("W_in", "d hidden -> d hidden"),
    "mlp.b_in": ("b_in", "hidden -> hidden"),
    "mlp.W_out": ("W_out", "hidden d -> hidden d"),
    "mlp.b_out": ("b_out", "d -> d"),
}


class Layout(NamedTuple):
    """How a kind of state dict names and keeps what we have; its blocks are TransformerLens'."""

    embeddings: dict[str, tuple[str, str]]
    blocks: str

    def keys(self, layers: int) -> dict[str, tuple[str, str]]:
        """All of a model's keys: our name, and how the axes become ours."""
        return self.embeddings | {
            f"{self.blocks}{layer}.{key}": (f"blocks.{layer}.{ours}", axes)
            for layer in range(layers)
            for key, (ours, axes) in BLOCK.items()
        }


STUDY = Layout(EMBEDDINGS, "transformer.blocks.")
TRANSFORMER_LENS = Layout(
    {
        "embed.W_state": ("W_state", "input d -> input d"),
        "embed.W_rtg": ("W_rtg", "d -> d"),
        "embed.W_action": ("W_action", "action d -> action d"),
        "embed.W_time": ("W_time", "time d -> time d"),
        "pos_embed.W_pos": ("W_pos", "token d -> token d"),
        "unembed.W_U": ("W_U", "d action -> d action"),
        "unembed.b_U": ("b_U", "action -> action"),
    },
    "blocks.",
)

# What a key that we do not have, or a shape, is a sign of, and how a model is trained without it.
SIGNS = {
    r".*\.ln\d*\.\w+|.*ln_final.*": "LayerNorm; train with layer_norm = False",
    r".*\.W_gate|.*\.mlp\.ln\..*": "a gated MLP; train with gated_mlp = False",
    r"state_(embedding|encoder)\.(?!weight$).*": (
        "an embedding of the view that is not linear; train with state_embedding_type = 'grid'"
    ),
    r"state_embedding\.weight|embed\.W_state": (
        "another view; train on 7 x 7 cells of 3 integers or of 20 bits (one_hot_obs)"
    ),
    r"time_embedding\..*": (
        "a time embedding that is not a table; train with time_embedding_type = 'embedding'"
    ),
    r"action_(embedding|predictor)\..*|unembed\..*": (
        "other actions than left, right and forward; train in MiniGrid-Dynamic-Obstacles-8x8"
    ),
    r"reward_embedding\..*": "no target reward-to-go; train a decision_transformer",
    r".*pos_embed\.W_pos": "a context that ends elsewhere; train with n_ctx = 3 timesteps - 1",
    r".*\.attn\.W_Q": "heads that do not share the width; train with d_head = d_model / n_heads",
    r".*\.mlp\.(W_in|b_in|W_out)": "another MLP; train with d_mlp = 2 d_model",
}


def sign(key: str) -> str:
    """What a key that does not fit is a sign of, and what to change."""
    found = (meaning for pattern, meaning in SIGNS.items() if re.fullmatch(pattern, key))
    meaning = next(found, None)
    return f": {meaning}" if meaning else ""
