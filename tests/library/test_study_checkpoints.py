"""The study's checkpoints: the logits of its own layout, and refusals that name the key."""

import json
import zipfile
from pathlib import Path

import pytest
import torch

from dtlens.base.errors import UserError
from dtlens.base.tensors import save_tensors
from dtlens.library.study_checkpoints import load_any, read_study_checkpoint
from dtlens.model.transformer import CHECKPOINT, Windows, save_checkpoint
from models import random_model
from study_files import REAL, study_state

CONFIG = {"n_layers": 1, "layer_norm": False, "activation_fn": "relu", "seed": 3}


def older(state):
    """The same under the names of the study's older code."""
    names = {"state_embedding": "state_encoder", "action_predictor": "predict_actions"}
    names |= {"state_predictor": "predict_states", "reward_predictor": "predict_rewards"}
    return {
        ".".join([names.get(first, first), rest]): value
        for first, rest, value in ((*key.split(".", 1), value) for key, value in state.items())
    }


def windows(steps):
    generator = torch.Generator().manual_seed(steps)
    return Windows(
        rtg=torch.rand(6, steps, generator=generator) * 2 - 1,
        observation=torch.randint(0, 3, (6, steps, 7, 7, 3), generator=generator).byte(),
        action=torch.randint(0, 3, (6, steps), generator=generator),
        time=torch.randint(0, 18, (6, 1), generator=generator) + torch.arange(steps),
    )


def study_logits(state, seen, inputs):
    """The study's computation, written from its state dict in its own layout.

    `inputs` has axes (window, step, x, y, channel). As in its older code, every step has an action,
    where there is a position for it.
    """
    time = state["time_embedding.weight"][seen.time]
    flat = torch.einsum("bsxyc->bscxy", inputs.float()).flatten(2)
    told = torch.einsum("bs,de->bsd", seen.rtg, state["reward_embedding.0.weight"])
    shown = torch.einsum("bsi,di->bsd", flat, state["state_embedding.weight"])
    done = state["action_embedding.0.weight"][seen.action]
    positions = state["transformer.pos_embed.W_pos"]
    x = torch.stack([told, shown, done], 2) + time[:, :, None]
    x = x.flatten(1, 2)[:, : len(positions)]
    count = x.shape[1]
    x = x + positions[:count]
    unseen = torch.triu(torch.ones(count, count, dtype=torch.bool), 1)
    for layer in range(sum(key.endswith("W_Q") for key in state)):
        w = {k.split(".")[-1]: v for k, v in state.items() if f"blocks.{layer}." in k}
        q, k, v = (
            torch.einsum("bte,hed->bhtd", x, w[f"W_{n}"]) + w[f"b_{n}"][:, None] for n in "QKV"
        )
        scores = torch.einsum("bhtd,bhsd->bhts", q, k) / q.shape[-1] ** 0.5
        pattern = scores.masked_fill(unseen, -1e5).softmax(-1)
        x = x + torch.einsum("bhts,bhsd,hde->bte", pattern, v, w["W_O"]) + w["b_O"]
        x = x + (x @ w["W_in"] + w["b_in"]).relu() @ w["W_out"] + w["b_out"]
    return x[:, 1::3] @ state["action_predictor.weight"].T + state["action_predictor.bias"]


def write(path, state, **config):
    torch.save({"model_state_dict": state, "model_config": json.dumps(CONFIG | config)}, path)
    return path


@pytest.mark.parametrize(
    ("layers", "heads", "tokens"), [(1, 2, 2), (2, 4, 8), (1, 1, 3), (2, 2, 9), (0, 2, 2)]
)
@pytest.mark.parametrize("bare", [False, True])
def test_logits_are_the_studys(tmp_path, layers, heads, tokens, bare):
    """With 3 or 9 positions the last is a dummy action's."""
    state = study_state(layers, heads, tokens)
    path = tmp_path / "study.pt"
    if bare:
        torch.save(older(state), path)
    else:
        write(path, state)
    model = read_study_checkpoint(path)
    context = (tokens + 1) // 3
    cell = model.cell
    assert (cell.layers, cell.width, cell.context, cell.encoding) == (layers, 8, context, "index")
    assert cell.heads == (heads if layers else 1)
    assert (cell.seed, model.max_steps) == (0 if bare else CONFIG["seed"], 21)
    seen = windows(context)
    expected = study_logits(state, seen, seen.observation)
    assert expected.std() > 0.1
    torch.testing.assert_close(model(seen), expected, atol=1e-5, rtol=1e-5)


def test_one_hot_encoding_has_the_studys_bits(tmp_path):
    """Its cell has 20 channels: 11 objects, 6 colours, 3 states."""
    state = study_state(inputs=980)
    seen = windows(1)
    bits = torch.zeros(6, 1, 7, 7, 20)
    for channel, offset in enumerate((0, 11, 17)):
        bits.scatter_(-1, seen.observation[..., channel, None].long() + offset, 1)
    model = read_study_checkpoint(write(tmp_path / "study.pt", state))
    assert model.cell.encoding == "one_hot"
    torch.testing.assert_close(model(seen), study_logits(state, seen, bits), atol=1e-5, rtol=1e-5)


@pytest.mark.skipif(not REAL.exists(), reason="the authors' checkpoint is not on this machine")
def test_the_authors_checkpoint():
    model = read_study_checkpoint(REAL)
    assert (model.cell.name, model.max_steps) == ("1L-128d-2h-1k-index-s1", 1001)
    state = torch.load(REAL, weights_only=True)["model_state_dict"]
    seen = windows(1)
    expected = study_logits(state, seen, seen.observation)
    assert expected.std() > 0.1
    torch.testing.assert_close(model(seen), expected, atol=1e-5, rtol=1e-5)


Q, IN, POS = (
    "transformer.blocks.0.attn.W_Q",
    "transformer.blocks.0.mlp.W_in",
    "transformer.pos_embed.W_pos",
)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"transformer.blocks.0.ln1.w": torch.ones(8)}, "transformer.blocks.0.ln1.w is unknown"),
        ({"time_embedding.bias": torch.ones(8)}, "time_embedding.bias is unknown"),
        ({Q: None}, f"{Q} is missing"),
        ({"reward_embedding.0.weight": None}, "reward_embedding.0.weight is missing"),
        ({Q: torch.ones(4, 8, 2)}, "blocks.0.attn.W_K has the shape"),
        ({Q: torch.ones(8, 8)}, f"{Q} has the shape"),
        ({"state_embedding.weight": torch.ones(8, 75)}, "state_embedding.weight has the shape"),
        ({"state_embedding.weight": torch.ones(9, 147)}, "reward_embedding.0.weight has the shape"),
        ({"time_embedding.weight": torch.ones(8, 1)}, "time_embedding.weight has the shape"),
        ({"action_predictor.weight": torch.ones(7, 8)}, "action_predictor.weight has the shape"),
        ({POS: torch.ones(4, 8)}, f"{POS} has the shape"),
        ({POS: torch.ones(0, 8)}, "context"),
        ({IN: torch.ones(8, 32)}, "mlp.b_in has the shape"),
        ({"note": "text"}, "note is not the name of a tensor"),
        ({7: torch.ones(1)}, "7 is not the name of a tensor"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_key(tmp_path, change, named):
    state = {k: v for k, v in (study_state() | change).items() if v is not None}
    refused(write(tmp_path / "study.pt", state), named)


LATER = {  # what the study's later code may leave, and the setting that its message must name
    "transformer.blocks.0.ln1.w": (torch.ones(8), "LayerNorm; train with layer_norm = False"),
    "transformer.ln_final.b": (torch.ones(8), "layer_norm = False"),
    "transformer.blocks.0.mlp.W_gate": (torch.ones(8, 16), "gated_mlp = False"),
    "state_embedding.0.weight": (torch.ones(8, 3, 2, 2), "state_embedding_type = 'grid'"),
    "time_embedding.bias": (torch.ones(8), "time_embedding_type = 'embedding'"),
    "state_embedding.weight": (torch.ones(8, 5 * 5 * 3), "7 x 7 cells of 3 integers"),
    "action_predictor.weight": (torch.ones(7, 8), "MiniGrid-Dynamic-Obstacles"),
    "reward_embedding.0.weight": (None, "train a decision_transformer"),
    POS: (torch.ones(4, 8), "n_ctx = 3 timesteps - 1"),
    IN: (torch.ones(8, 32), "d_mlp = 2 d_model"),
}


@pytest.mark.parametrize("key", LATER)
def test_what_to_change_is_said_of_what_does_not_fit(tmp_path, key):
    value, named = LATER[key]
    state = study_state() | {key: value}
    if key == IN:
        state |= {key.replace("W_in", "b_in"): torch.ones(32)}
        state |= {key.replace("W_in", "W_out"): torch.ones(32, 8)}
    if key == "state_embedding.0.weight":
        del state["state_embedding.weight"]
    path = write(tmp_path / "study.pt", {k: v for k, v in state.items() if v is not None})
    refused(path, f"{key} ")
    refused(path, named)


def test_sizes_that_only_our_model_rules_out(tmp_path):
    state = study_state()
    mlp = {key: value for key, value in state.items() if ".mlp." in key}
    wide = {k: v.repeat([2 if n == 16 else 1 for n in v.shape]) for k, v in mlp.items()}
    refused(write(tmp_path / "wide.pt", state | wide), f"{IN} has the shape [8, 32]")
    attention = {
        k: v for k, v in state.items() if ".attn." in k and v.dim() > 1 and "mask" not in k
    }
    more = {key: torch.cat([value, value]) for key, value in attention.items()}
    refused(write(tmp_path / "heads.pt", state | more), f"{Q} has the shape [4, 8, 4]")


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"layer_norm": "LNPre"}, "model_config: no support for layer_norm = 'LNPre'"),
        (
            {"activation_fn": "gelu"},
            "no support for activation_fn = 'gelu'; train with activation_fn",
        ),
        ({"gated_mlp": True}, "gated_mlp = True; train with gated_mlp = False"),
        ({"seed": -1}, "seed"),
    ],
)
def test_settings_that_are_not_ours_are_refused(tmp_path, config, named):
    refused(write(tmp_path / "study.pt", study_state(), **config), named)


class Code:
    """A pickle that writes a file when it is read the plain way."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_what_is_no_such_file_is_refused(tmp_path):
    whole = write(tmp_path / "whole.pt", study_state()).read_bytes()
    for name, content in (("cut", whole[:-40]), ("empty", b""), ("text", b"episode,t\n" * 9)):
        (tmp_path / name).write_bytes(content)
        refused(tmp_path / name, "not a PyTorch file")
    (tmp_path / "folder").mkdir()
    refused(tmp_path / "folder", "not a PyTorch file")
    refused(tmp_path / "missing", "no such file")
    for name, content, named in (
        ("list", [1, 2], "holds no state dict"),
        ("listed", {"model_state_dict": [1]}, "holds no state dict"),
        ("unset", {"model_state_dict": {}}, "model_config is missing"),
        ("broken", {"model_state_dict": {}, "model_config": "{"}, "model_config is missing"),
        ("other", {"model_state_dict": {}, "model_config": "[1]"}, "model_config is missing"),
        ("nothing", {}, "state_embedding.weight is missing"),
    ):
        torch.save(content, tmp_path / name)
        refused(tmp_path / name, named)


def test_code_in_a_pickle_is_refused_and_does_not_run(tmp_path):
    ran = tmp_path / "ran"
    torch.save(study_state() | {"extra": Code(ran)}, tmp_path / "evil.pt")
    refused(tmp_path / "evil.pt", "not a PyTorch file")
    assert not ran.exists()
    torch.load(tmp_path / "evil.pt", weights_only=False)
    assert ran.exists()  # it would have


@pytest.mark.parametrize("name", ["m.pt", "m.pth", "M.PT", "m.bin", "m.safetensors", "m"])
def test_content_tells_whose_a_checkpoint_is(tmp_path, name):
    path = tmp_path / name
    for old in (False, True):
        torch.save(study_state(), path, _use_new_zipfile_serialization=not old)
        assert load_any(path).cell.name == "1L-8d-2h-1k-index-s0"
    ours = random_model(1, 3)
    save_checkpoint(path, ours)
    read = load_any(path)
    assert read.cell == ours.cell and torch.equal(read.W_time, ours.W_time)
    for foreign in (b"", b"{}", b"episode,t\n" * 9, b"\x89PNG\r\n\x1a\n" * 9):
        path.write_bytes(foreign)
        refused(path, "neither a safetensors nor a PyTorch file", load_any)
    refused(tmp_path, "cannot be read", load_any)


HUGE = 10**9  # rows of 8 numbers: 32 GB


@pytest.mark.parametrize(
    ("tensor", "named"),
    [
        (torch.ones(1, 8).expand(HUGE, 8), "has the shape [1000000000, 8]: not in a file so small"),
        (torch.ones(1).expand(10**4, 8), "has the shape [10000, 8]: not in a file so small"),
        (torch.empty(HUGE, 8, device="meta"), "is not a plain tensor"),
        (torch.ones(1, 1).to_sparse().sparse_resize_((HUGE, 8), 2, 0), "is not a plain tensor"),
        (torch.ones(21, 8, dtype=torch.int64), "is not a plain tensor"),
    ],
)
def test_what_claims_more_than_the_file_holds_fills_no_memory(tmp_path, tensor, named):
    write(tmp_path / "study.pt", study_state() | {"time_embedding.weight": tensor})
    assert (tmp_path / "study.pt").stat().st_size < 30_000
    refused(tmp_path / "study.pt", f"time_embedding.weight {named}", load_any)


def test_a_file_that_unpacks_to_more_is_refused(tmp_path):
    whole = write(tmp_path / "whole.pt", study_state() | {"note": torch.zeros(10**6)})
    with (
        zipfile.ZipFile(whole) as read,
        zipfile.ZipFile(tmp_path / "small.pt", "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in read.namelist():
            written.writestr(name, read.read(name))
    refused(tmp_path / "small.pt", "not a PyTorch file", load_any)


@pytest.mark.parametrize(
    "change",
    [{"context": 10**11}, {"width": 2**40, "heads": 1}, {"layers": 10**12}, {"heads": 3}, None],
)
def test_a_configuration_that_asks_for_more_than_its_tensors_builds_no_model(tmp_path, change):
    model = random_model(1, 1)
    config = {"cell": change and model.cell.model_dump() | change, "max_steps": 30}
    save_tensors(tmp_path / "ours", CHECKPOINT, dict(model.state_dict()), config)
    refused(tmp_path / "ours", "", load_any)
    config = {"cell": model.cell.model_dump(), "max_steps": 10**12}
    save_tensors(tmp_path / "ours", CHECKPOINT, dict(model.state_dict()), config)
    refused(tmp_path / "ours", "its tensors do not fit its configuration", load_any)


def test_a_header_that_claims_more_than_the_file_holds_is_refused(tmp_path):
    save_checkpoint(tmp_path / "ours", random_model(1, 1))
    content = (tmp_path / "ours").read_bytes()
    assert b"[30,16]" in content
    (tmp_path / "ours").write_bytes(content.replace(b"[30,16]", b"[3000000000,16]"))
    refused(tmp_path / "ours", "not a whole safetensors file", load_any)


def refused(path, named, read=read_study_checkpoint):
    with pytest.raises(UserError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ") and named in message and "\n" not in message
