"""The Decision Transformer on TransformerLens: the same function, open to hooks and caches.

Importing this costs seconds: TransformerLens is not needed to train or to play.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor
from transformer_lens import ActivationCache
from transformer_lens.config import TransformerBridgeConfig
from transformer_lens.model_bridge import TransformerBridge
from transformer_lens.model_bridge.sources._bridge_builder import build_bridge_from_module
from transformer_lens.model_bridge.sources.native import NativeModel

from dtlens.base.errors import UserError
from dtlens.env.dynamic_obstacles import front_names
from dtlens.env.minigrid import ACTIONS, Action
from dtlens.model.cell import Cell
from dtlens.model.transformer import INPUTS, DecisionTransformer, Windows, encode

Hook = tuple[str, Callable[[Tensor, Any], Tensor | None]]


class HookedDecisionTransformer:
    """A copy of a `DecisionTransformer` with a hook at every activation.

    Called on windows it gives the model's logits to 1e-5, float [batch, step, 3] of the actions
    left, right, forward. Windows that the model cannot see raise `UserError`. Activations have the
    tokens in order: axis 1 is RTG 0, state 0, action 0, RTG 1, ...: `[:, 0::3]`, `[:, 1::3]`,
    `[:, 2::3]`.

    `model` is the plain one, with `cell` and the embeddings W_state, W_rtg, W_action, W_time.
    `bridge` is TransformerLens', and what it has this has too: cfg, W_Q, W_K, W_V, W_O, W_in,
    W_out, b_Q ... b_out (stacked over layers), W_U, b_U, hook_dict, add_hook, reset_hooks. Hooks
    are named as in `blocks.0.hook_resid_pre`, `blocks.0.attn.hook_q`, `_k`, `_v`, `hook_pattern`,
    `hook_z`, `blocks.0.hook_attn_out`, `hook_resid_mid`, `mlp.hook_post`, `hook_mlp_out`,
    `hook_resid_post`.
    """

    def __init__(self, model: DecisionTransformer) -> None:
        self.model = model
        cell = model.cell
        config = TransformerBridgeConfig(
            architecture="TransformerLensNative",
            d_model=cell.width,
            d_head=cell.width // cell.heads,
            n_heads=cell.heads,
            n_layers=cell.layers,
            d_mlp=2 * cell.width,
            act_fn="relu",
            n_ctx=3 * cell.context - 1,
            d_vocab=ACTIONS,
            d_vocab_out=ACTIONS,
            normalization_type=None,
        )
        with torch.random.fork_rng(devices=[]):  # its own initialisation is overwritten
            native = NativeModel(config)
        native.head = torch.nn.Linear(cell.width, ACTIONS)  # theirs has no bias
        native.to(model.W_pos)  # its precision and device
        native.load_state_dict(
            native_weights(model) | {"tok_embed.weight": torch.zeros(3, cell.width)}
        )
        self.bridge: TransformerBridge = build_bridge_from_module(
            native, architecture="TransformerLensNative", tl_config=config, tokenizer=None
        )

    def __repr__(self) -> str:
        return f"{self.model.cell.name}: {sentence(self.model.cell, self.model.max_steps)}"

    def __getattr__(self, name: str) -> Any:
        if name == "bridge":  # in a copy that has nothing yet
            raise AttributeError(name)
        return getattr(self.bridge, name)

    def __call__(self, windows: Windows) -> Float[Tensor, "batch step 3"]:
        """The logits of the actions at each step, through the hooks now in place."""
        return self.bridge(self.tokens(windows))[:, 1::3]

    def tokens(self, windows: Windows) -> Float[Tensor, "batch token d"]:
        """The embedded tokens (each with its step's time, without position), in order."""
        self._check(windows)
        windows = windows.to(self.model.W_pos.device)
        inputs = encode(windows.observation, self.model.cell.encoding).to(self.model.W_state)
        return self.embedded(windows, windows.rtg, inputs)

    def embedded(
        self,
        windows: Windows,
        rtg: Float[Tensor, "batch step"],
        inputs: Float[Tensor, "batch step input"],
    ) -> Float[Tensor, "batch token d"]:
        """As `tokens`, of other numbers than the windows' targets and views."""
        model = self.model
        time = model.W_time[windows.time]
        kinds = [rtg[..., None] * model.W_rtg + time, inputs @ model.W_state + time]
        kinds.append((model.W_action[windows.action] + time).expand_as(kinds[0]))
        return rearrange(kinds, "kind batch step d -> batch (step kind) d")[:, :-1]

    def _check(self, windows: Windows) -> None:
        """Raise `UserError` if the model cannot see such windows."""
        if not isinstance(windows, Windows):
            raise UserError(
                f"this model sees windows, not a {type(windows).__name__}:"
                " take `dtlens.scene` or `dtlens.window`"
            )
        (_, steps), context = windows.rtg.shape, self.model.cell.context
        if steps > context:
            raise UserError(f"this model sees {counted(context, 'timestep')}, {steps} were given")
        first, last = int(windows.time.min()), int(windows.time.max())
        if first < 0 or last >= self.model.max_steps:
            raise UserError(
                f"this model knows the timesteps 0 to {self.model.max_steps - 1},"
                f" t = {first if first < 0 else last} was given"
            )

    def to_str_tokens(self, windows: Windows) -> list[str] | list[list[str]]:
        """What each token says, in order, of each window; of a single window its list alone."""
        said = [
            [str(front) for front in front_names(step.numpy())]
            for step in windows.observation.cpu().unbind(1)
        ]
        rows = []
        for row, (rtg, actions, times) in enumerate(
            zip(windows.rtg.tolist(), windows.action.tolist(), windows.time.tolist(), strict=True)
        ):
            labels = []
            for step, (target, action, time) in enumerate(zip(rtg, actions, times, strict=True)):
                labels += [f"RTG {target:.3g}", f"{said[step][row]} in front, t = {time}"]
                labels.append(Action(action).name.lower())
            rows.append(labels[:-1])
        return rows[0] if len(rows) == 1 else rows

    def run_with_hooks(
        self, windows: Windows, fwd_hooks: Sequence[Hook] = ()
    ) -> Float[Tensor, "batch step 3"]:
        """The logits with (name, function) hooks in place for this call.

        A function is given an activation and its hook point, and gives what takes its place, or
        None for what it has changed in place.
        """
        with self.hooks(fwd_hooks):
            return self(windows)

    def run_with_cache(
        self, windows: Windows
    ) -> tuple[Float[Tensor, "batch step 3"], ActivationCache]:
        """The logits and every activation, `hook_embed` (the tokens) included.

        Of the cache's methods, these hold exactly here (there is no LayerNorm to apply):
        `decompose_resid(return_labels=True)`: embed, pos_embed, and attn_out and mlp_out of each
        layer, biases b_O and b_out inside; they sum to the last residual.
        `stack_head_results(return_labels=True)`: each head's output without b_O.
        `get_full_resid_decomposition(return_labels=True)`: heads, MLPs, embed, pos_embed
        and one `bias` for all b_O; they too sum to the last residual.
        `logit_attrs(stack, tokens=2, incorrect_tokens=1)`: their part in forward minus right,
        to which b_U (`bridge.b_U`) adds what no component holds.
        """
        tokens = self.tokens(windows)
        logits, cache = self.bridge.run_with_cache(tokens)
        activations = {"hook_embed": tokens, **cache.cache_dict}
        return logits[:, 1::3], ActivationCache(activations, self.bridge)

    @contextmanager
    def hooks(self, fwd_hooks: Sequence[Hook]) -> Iterator["HookedDecisionTransformer"]:
        """This model with (name, function) hooks in place until the block ends."""
        with self.bridge.hooks(fwd_hooks=list(fwd_hooks)):
            yield self

    def in_double(self) -> "HookedDecisionTransformer":
        """A copy in double precision."""
        return HookedDecisionTransformer(deepcopy(self.model).double())


def counted(number: int, thing: str) -> str:
    """1 layer, 2 layers."""
    return f"{number} {thing}{'s' * (number != 1)}"


def sentence(cell: Cell, max_steps: int) -> str:
    """The architecture, as a sentence."""
    size, inputs = cell.width // cell.heads, INPUTS[cell.encoding]
    return (
        f"a Decision Transformer of {counted(cell.layers, 'layer')}"
        f" ({counted(cell.heads, 'head')} of {size}, a ReLU MLP of {2 * cell.width}), width"
        f" {cell.width}, no LayerNorm; it sees {counted(cell.context, 'timestep')}, each as RTG,"
        f" state and action, of at most {max_steps}, and the 7 x 7 view as {inputs} numbers"
        f" ({cell.encoding})"
    )


def native_weights(model: DecisionTransformer) -> dict[str, Tensor]:
    """The model's body under the names of TransformerLens' model, whose weights are [out, in]."""
    weights = {"pos.weight": model.W_pos, "head.weight": model.W_U.T, "head.bias": model.b_U}
    names = {"Q": "attn.q", "K": "attn.k", "V": "attn.v", "O": "attn.o"}
    names |= {"in": "mlp.fc_in", "out": "mlp.fc_out"}
    for layer, block in enumerate(model.blocks):
        for ours, theirs in names.items():
            weights[f"layers.{layer}.{theirs}.weight"] = getattr(block, f"W_{ours}").T
            weights[f"layers.{layer}.{theirs}.bias"] = getattr(block, f"b_{ours}")
    return weights


def reinitialised(model: DecisionTransformer, later: int = 1) -> DecisionTransformer:
    """An untrained model of the same architecture, drawn from a later seed: a null."""
    cell = model.cell.model_copy(update={"seed": model.cell.seed + later})
    return DecisionTransformer(cell, model.max_steps).to(model.W_pos)


def beside_untrained(hooked: HookedDecisionTransformer) -> dict[str, HookedDecisionTransformer]:
    """The model ("trained") and its null ("reinitialised"): an untrained one like it."""
    untrained = HookedDecisionTransformer(reinitialised(hooked.model))
    return {"trained": hooked, "reinitialised": untrained}
