"""Models that travel: a plain PyTorch state dict with a card, and back, bit for bit."""

import json
from collections import OrderedDict
from pathlib import Path

import torch
from einops import rearrange
from torch import Tensor

from dtlens.base.errors import UserError
from dtlens.base.files import atomic_write
from dtlens.base.tensors import SCHEMA
from dtlens.library.project import find
from dtlens.library.state_dicts import TRANSFORMER_LENS
from dtlens.library.study_checkpoints import (
    HEADER,
    exported_header,
    load_any,
    read_study_checkpoint,
)
from dtlens.model.transformer import CHECKPOINT, DecisionTransformer, save_checkpoint


def export_model(model: str | Path, out: str | Path) -> None:
    """Write `model`, given as to `load`, to `out` as a PyTorch state dict, and its card beside it.

    The tensors have TransformerLens' names and shapes: blocks.0.attn.W_Q [head, d_model, d_head],
    ..., blocks.0.mlp.W_in, ..., pos_embed.W_pos, unembed.W_U, unembed.b_U; in place of embed.W_E
    are embed.W_state [input, d_model], embed.W_rtg [d_model], embed.W_action [3, d_model] and
    embed.W_time [time, d_model]. `torch.load(out, weights_only=True)` reads it. The card (.md) says
    what the model learned from and how, how it is calibrated (it plays for that if the pipeline has
    not), and its limits. Raises `UserError` naming what cannot be read or written.
    """
    from dtlens.library.card import card  # which plays: an import does not

    path, out = find(model), Path(out).absolute()
    loaded = load_any(path)
    config = {"cell": loaded.cell.model_dump(), "max_steps": loaded.max_steps}
    header = {"schema": SCHEMA, "kind": CHECKPOINT, "config": config}
    # Where torch keeps the versions of modules; whoever does not look there sees tensors alone.
    state = state_dict(loaded)
    state._metadata = {"": {"version": 1, HEADER: json.dumps(header, sort_keys=True)}}  # type: ignore[attr-defined]
    with atomic_write(out) as temporary:
        torch.save(state, temporary)
    with atomic_write(out.with_suffix(".md")) as temporary:
        temporary.write_text(card(loaded, out.name), encoding="utf-8")


def state_dict(model: DecisionTransformer) -> "OrderedDict[str, Tensor]":
    """The model's tensors under TransformerLens' names, with its axes."""
    cell, own, state = model.cell, model.state_dict(), OrderedDict()
    for key, (ours, pattern) in TRANSFORMER_LENS.keys(cell.layers).items():
        theirs, axes = pattern.split(" -> ")
        sizes = {"head": cell.heads} if "(head d_head)" in axes else {}
        state[key] = rearrange(own[ours], f"{axes} -> {theirs}", **sizes).contiguous()
    return state


def import_model(file: str | Path, out: str | Path) -> DecisionTransformer:
    """Write the model in a PyTorch `file` to `out`, as a checkpoint of the pipeline (.safetensors).

    The file may be the study's code's, or what `export_model` wrote: then the checkpoint has the
    bytes of the one that was exported. Raises `UserError` naming what does not fit.
    """
    file, out = Path(file), Path(out)
    model, header = read_study_checkpoint(file), exported_header(file)
    if header and (header.get("schema"), header.get("kind")) != (SCHEMA, CHECKPOINT):
        raise UserError(f"{file}: its header is not of schema {SCHEMA}, which this version reads")
    save_checkpoint(out, model)
    return model
