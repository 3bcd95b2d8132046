"""Checkpoints that come from anywhere, the study's own above all, as our Decision Transformer.

Its code (Bloom and Colognese, 2023) keeps a dict of `model_state_dict` and configurations in JSON;
its older code a bare state dict with other names, and at times a position for an action after the
last state, where nothing can see it. Its state embedding takes the view channel first.

What `dtlens export` writes is a state dict under TransformerLens' names. Where torch keeps versions
(`_metadata`) it has the header of our checkpoint; without that it is read by its shapes alone.
"""

import json
from pathlib import Path
from typing import Any, NoReturn

import torch
from einops import rearrange
from torch import Tensor

from dtlens.base.errors import UserError
from dtlens.base.pytorch_files import plain_tensors, unpickle
from dtlens.base.tensors import check_finite
from dtlens.env.minigrid import ACTIONS
from dtlens.library.state_dicts import OLD_NAMES, STUDY, TRANSFORMER_LENS, UNUSED, Layout, sign
from dtlens.model.cell import Cell
from dtlens.model.transformer import INPUTS, DecisionTransformer, load_checkpoint

HEADER = "dtlens"  # in `_metadata` of what we export, beside torch's version
# Settings whose other values change the function, but may leave no trace among the tensors.
SETTINGS = {
    "layer_norm": (None, False),
    "activation_fn": (None, "relu"),
    "gated_mlp": (None, False),
}
PYTORCH = (b"PK", b"\x80")  # a ZIP; before PyTorch 1.6 a pickle


def load_any(path: Path) -> DecisionTransformer:
    """The model in a checkpoint, ours or the study's: the content says which, not the name.

    Raises `UserError` naming a file that is neither, or that claims more than it holds.
    """
    try:
        with path.open("rb") as file:
            start = file.read(9)
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from error
    if start[8:] == b"{":  # of safetensors: its header, after the header's length
        return load_checkpoint(path)
    if start.startswith(PYTORCH):
        return read_study_checkpoint(path)
    raise UserError(f"{path}: neither a safetensors nor a PyTorch file")


def read_study_checkpoint(path: Path) -> DecisionTransformer:
    """The model in a file of the study's code: the same logits, to 1e-5; or in one of
    `dtlens export`: the same weights.

    Architecture and encoding are those of the tensors, the seed is the configuration's (0 without
    one), max_steps the number of rows of the time embedding. No code in the file is run. Raises
    `UserError` naming the file, the key that does not fit, and what to change.
    """
    state, config, layout = _load(path)
    check_finite(path, state)
    tensors, sizes = _ours(path, state, layout)
    found = {
        "layers": sizes["layer"],
        "width": sizes["d"],
        "heads": sizes.get("head", 1),
        "context": (sizes["token"] + 1) // 3,
        "encoding": next(name for name, size in INPUTS.items() if size == sizes["input"]),
    }
    cell = Cell.read(str(path), config.get("cell", found | {"seed": config.get("seed", 0)}))
    if not sizes["layer"]:
        found["heads"] = cell.heads  # of which there is no trace
    if found != cell.model_dump(include=set(found)):
        raise UserError(f"{path}: its tensors do not fit its configuration")
    if layout is STUDY:
        by_channel = tensors["W_state"]
        tensors["W_state"] = rearrange(by_channel, "(channel x y) d -> (x y channel) d", x=7, y=7)
        tensors["W_action"] = tensors["W_action"][:ACTIONS]  # the last row pads
        tensors["W_pos"] = tensors["W_pos"][: 3 * cell.context - 1]
    model = DecisionTransformer(cell, sizes["time"])
    model.load_state_dict(tensors)
    return model


def exported_header(path: Path) -> dict[str, Any]:
    """The header of our checkpoint that an exported file took along; empty if there is none."""
    return _header(unpickle(path))


def _header(content: Any) -> dict[str, Any]:
    try:
        header = json.loads(content._metadata[""][HEADER])
        return header if isinstance(header["config"]["cell"], dict) else {}
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}


def _load(path: Path) -> tuple[dict[str, Tensor], dict[str, Any], Layout]:
    """The tensors that the model needs, under their newer names; its configuration; its layout."""
    content = unpickle(path)
    found = content.get("model_state_dict", content) if isinstance(content, dict) else None
    if not isinstance(found, dict):
        raise UserError(f"{path}: holds no state dict")
    config = _header(content).get("config", {}) if found is content else _config(path, content)
    layout = TRANSFORMER_LENS if "unembed.W_U" in found else STUDY
    state = {}
    for key, value in plain_tensors(path, found, UNUSED).items():
        old = next((old for old in OLD_NAMES if key.startswith(old)), "")
        state[OLD_NAMES.get(old, "") + key.removeprefix(old)] = value.float()
    return state, config, layout


def _config(path: Path, content: dict[str, Any]) -> dict[str, Any]:
    """The model's configuration, if our model can be so configured."""
    try:
        config = dict(json.loads(content["model_config"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path}: model_config is missing or not a JSON object") from error
    for key, ours in SETTINGS.items():
        if config.get(key) not in ours:
            raise UserError(
                f"{path}: model_config: no support for {key} = {config[key]!r};"
                f" train with {key} = {ours[-1]!r}"
            )
    return {"seed": config.get("seed", 0)}


def _ours(
    path: Path, state: dict[str, Tensor], layout: Layout
) -> tuple[dict[str, Tensor], dict[str, int]]:
    """The tensors under our names with our axes, and the size of each of the layout's axes.

    An axis has the size that its first tensor gives it; a tensor that disagrees is refused.
    """
    at = layout.blocks.count(".")
    layers = len({key.split(".")[at] for key in state if key.startswith(layout.blocks)})
    known = layout.keys(layers)
    # What is too much first: it says more than what is missing in its place.
    for key in [*(key for key in state if key not in known), *known]:
        if key not in known or key not in state:
            raise UserError(
                f"{path}: {key} is {'missing' if key in known else 'unknown'}{sign(key)}"
            )
    sizes = {"layer": layers, "one": 1, "action": ACTIONS, "action_or_padding": ACTIONS + 1}
    tensors = {}
    for key, (ours, pattern) in known.items():
        axes, shape = pattern.split(" -> ")[0].split(), state[key].shape
        if len(axes) != len(shape) or any(
            sizes.setdefault(axis, size) != size for axis, size in zip(axes, shape, strict=True)
        ):
            _refuse_shape(path, key, shape)
        tensors[ours] = rearrange(state[key], pattern)
    keys = {ours: key for key, (ours, _) in known.items()}
    for ours, fits in {
        "W_state": sizes["input"] in INPUTS.values(),
        "W_pos": sizes["token"] % 3 == 2 or (layout is STUDY and sizes["token"] % 3 == 0),
        "blocks.0.W_Q": not layers or sizes["head"] * sizes["d_head"] == sizes["d"],
        "blocks.0.W_in": not layers or sizes["hidden"] == 2 * sizes["d"],
    }.items():
        if not fits:
            _refuse_shape(path, keys[ours], state[keys[ours]].shape)
    return tensors, sizes


def _refuse_shape(path: Path, key: str, shape: torch.Size) -> NoReturn:
    raise UserError(
        f"{path}: {key} has the shape {list(shape)}, which fits no such model{sign(key)}"
    )
