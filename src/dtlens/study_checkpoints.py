"""Checkpoints that come from anywhere, the study's own above all, as our Decision Transformer.

Its code (Bloom and Colognese, 2023) keeps a dict of `model_state_dict` and configurations in JSON;
its older code a bare state dict with other names, and at times a position for an action after the
last state, where nothing can see it. Its state embedding takes the view channel first.
"""

import json
import re
import zipfile
from pathlib import Path
from typing import Any, NoReturn

import torch
from einops import rearrange
from torch import Tensor

from dtlens.base.errors import UserError
from dtlens.base.tensors import check_finite, load_tensors
from dtlens.minigrid import ACTIONS
from dtlens.model.cell import Cell
from dtlens.model.transformer import CHECKPOINT, INPUTS, DecisionTransformer, load_checkpoint

OLD_NAMES = {"state_encoder.": "state_embedding.", "predict_actions.": "action_predictor."}
# Buffers, and what predicts states and rewards.
UNUSED = re.compile(
    r"transformer\.blocks\.\d+\.attn\.(mask|IGNORE)"
    r"|((state|reward)_predictor|predict_(states|rewards))\.(weight|bias)"
)
# The study's key: our name, and how its axes become ours.
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
# Settings whose other values change the function, but may leave no trace among the tensors.
SETTINGS = {"layer_norm": (None, False), "activation_fn": (None, "relu")}

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
        _check_size(path)
        return load_checkpoint(path)
    if start.startswith(PYTORCH):
        return read_study_checkpoint(path)
    raise UserError(f"{path}: neither a safetensors nor a PyTorch file")


def _check_size(path: Path) -> None:
    """Raise `UserError` if the configuration in our checkpoint asks for a model of another size."""
    tensors, config = load_tensors(path, CHECKPOINT)
    try:
        cell = Cell.read(str(path), config["cell"])
        layers = min(cell.layers, len(tensors))  # each is there, or they do not fit anyway
        with torch.device("meta"):  # which keeps shapes alone
            asked = DecisionTransformer(
                cell.model_copy(update={"layers": layers}), config["max_steps"]
            )
        if _shapes(tensors) != _shapes(dict(asked.state_dict())):
            raise ValueError
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise UserError(f"{path}: its tensors do not fit its configuration") from error


def _shapes(tensors: dict[str, Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in tensors.items()}


def read_study_checkpoint(path: Path) -> DecisionTransformer:
    """The model in a file of the study's code: the same logits, to 1e-5.

    Architecture and encoding are those of the tensors, the seed is the configuration's (0 without
    one), max_steps the number of rows of the time embedding. No code in the file is run. Raises
    `UserError` naming the file, and the key that does not fit.
    """
    state, config = _load(path)
    check_finite(path, state)
    tensors, sizes = _ours(path, state)
    cell = Cell.read(
        str(path),
        {
            "layers": sizes["layer"],
            "width": sizes["d"],
            "heads": sizes.get("head", 1),
            "context": (sizes["token"] + 1) // 3,
            "encoding": next(name for name, size in INPUTS.items() if size == sizes["input"]),
            "seed": config.get("seed", 0),
        },
    )
    state_embedding = tensors["W_state"]
    tensors["W_state"] = rearrange(state_embedding, "(channel x y) d -> (x y channel) d", x=7, y=7)
    tensors["W_action"] = tensors["W_action"][:ACTIONS]  # the last row pads
    tensors["W_pos"] = tensors["W_pos"][: 3 * cell.context - 1]
    model = DecisionTransformer(cell, sizes["time"])
    model.load_state_dict(tensors)
    return model


def _load(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors that the model needs, under their newer names, and its configuration."""
    content, size = _unpickle(path), path.stat().st_size
    found = content.get("model_state_dict", content) if isinstance(content, dict) else None
    if not isinstance(found, dict):
        raise UserError(f"{path}: holds no state dict")
    config = {} if found is content else _config(path, content)
    state = {}
    for key, value in found.items():
        if not (isinstance(key, str) and isinstance(value, Tensor)):
            raise UserError(f"{path}: {key} is not the name of a tensor")
        if UNUSED.fullmatch(key):
            continue
        if not _is_plain(value):
            raise UserError(f"{path}: {key} is not a plain tensor of floating-point numbers")
        # Before a copy makes a number, repeated as often as a shape claims, fill the memory.
        size -= value.numel() * value.element_size()
        if size < 0:
            raise UserError(
                f"{path}: {key} has the shape {list(value.shape)}: not in a file so small"
            )
        old = next((old for old in OLD_NAMES if key.startswith(old)), "")
        state[OLD_NAMES.get(old, "") + key.removeprefix(old)] = value.float()
    return state, config


def _unpickle(path: Path) -> Any:
    """What is in a PyTorch file that is no larger unpacked: PyTorch itself compresses nothing."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > path.stat().st_size:
                    raise ValueError("compressed")
        with path.open("rb") as file:  # given a path, PyTorch goes by its suffix
            return torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file") from error
    except Exception as error:  # on foreign bytes PyTorch raises almost anything
        raise UserError(f"{path}: not a PyTorch file of tensors and text alone") from error


def _is_plain(tensor: Tensor) -> bool:
    """Whether it is floating-point numbers in memory, one after the other."""
    dense = tensor.layout == torch.strided and not tensor.is_nested
    return dense and tensor.device.type == "cpu" and tensor.is_floating_point()


def _config(path: Path, content: dict[str, Any]) -> dict[str, Any]:
    """The model's configuration, if our model can be so configured."""
    try:
        config = dict(json.loads(content["model_config"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path}: model_config is missing or not a JSON object") from error
    for key, ours in SETTINGS.items():
        if config.get(key) not in ours:
            raise UserError(f"{path}: model_config: no support for {key} = {config[key]!r}")
    return config


def _ours(path: Path, state: dict[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, int]]:
    """The tensors under our names with our axes, and the size of each of the study's axes.

    An axis has the size that its first tensor gives it; a tensor that disagrees is refused.
    """
    layers = len({key.split(".")[2] for key in state if key.startswith("transformer.blocks.")})
    known = EMBEDDINGS | {
        f"transformer.blocks.{layer}.{key}": (f"blocks.{layer}.{ours}", axes)
        for layer in range(layers)
        for key, (ours, axes) in BLOCK.items()
    }
    for key in [*known, *state]:
        if key not in known or key not in state:
            raise UserError(f"{path}: {key} is {'missing' if key in known else 'unknown'}")
    sizes = {"layer": layers, "one": 1, "action": ACTIONS, "action_or_padding": ACTIONS + 1}
    tensors = {}
    for key, (ours, pattern) in known.items():
        axes, shape = pattern.split(" -> ")[0].split(), state[key].shape
        if len(axes) != len(shape) or any(
            sizes.setdefault(axis, size) != size for axis, size in zip(axes, shape, strict=True)
        ):
            _refuse_shape(path, key, shape)
        tensors[ours] = rearrange(state[key], pattern)
    block = "transformer.blocks.0."
    for key, fits in {
        "state_embedding.weight": sizes["input"] in INPUTS.values(),
        "transformer.pos_embed.W_pos": sizes["token"] % 3 != 1,
        f"{block}attn.W_Q": not layers or sizes["head"] * sizes["d_head"] == sizes["d"],
        f"{block}mlp.W_in": not layers or sizes["hidden"] == 2 * sizes["d"],
    }.items():
        if not fits:
            _refuse_shape(path, key, state[key].shape)
    return tensors, sizes


def _refuse_shape(path: Path, key: str, shape: torch.Size) -> NoReturn:
    raise UserError(f"{path}: {key} has the shape {list(shape)}, which fits no such model")
