"""Export and import: TransformerLens' names and numbers, and the same bytes back."""

import json
from collections import OrderedDict

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save

import dtlens
from dtlens.base.errors import UserError
from dtlens.base.files import write_csv
from dtlens.library import card as cards
from dtlens.library.study_checkpoints import load_any, read_study_checkpoint
from dtlens.library.travelling import export_model, import_model, state_dict
from dtlens.model.transformer import CHECKPOINT, save_checkpoint
from models import random_model
from small_params import write_small_params
from study_files import study_state


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with small settings, in which we are."""
    write_small_params(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cards, "EPISODES", 2)
    return tmp_path


def special(layers, context, encoding="one_hot"):
    """A model whose name says all that a name can."""
    model = random_model(layers, context, encoding)
    made = {"recipe": "ours", "run": 2, "optimisation": "study", "weight_decay": 0.5}
    model.cell = model.cell.model_copy(update=made)
    return model


@pytest.mark.parametrize(("layers", "context"), [(0, 1), (1, 1), (2, 3)])
@pytest.mark.parametrize("encoding", ["index", "one_hot"])
def test_the_bytes_come_back(here, layers, context, encoding):
    save_checkpoint(here / "a.safetensors", special(layers, context, encoding))
    export_model("a.safetensors", "out/b.pt")
    import_model("out/b.pt", "c.safetensors")
    assert (here / "c.safetensors").read_bytes() == (here / "a.safetensors").read_bytes()


def test_a_stamp_of_earlier_checkpoints_is_passed_over(here):
    """They said what made them: command and inputs."""
    save_checkpoint(here / "a.safetensors", special(1, 1))
    plain = (here / "a.safetensors").read_bytes()
    with safe_open(here / "a.safetensors", framework="pt") as file:
        header = json.loads(file.metadata()["dtlens"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    header["made"] = {"command": "python -m dtlens.model.train x", "inputs": {"data/x": "0" * 32}}
    (here / "a.safetensors").write_bytes(save(tensors, {"dtlens": json.dumps(header)}))
    export_model("a.safetensors", "b.pt")
    import_model("b.pt", "c.safetensors")
    assert (here / "c.safetensors").read_bytes() == plain


@pytest.mark.parametrize("layers", [1, 2])
def test_names_and_numbers_are_those_of_transformer_lens(layers):
    hooked = dtlens.HookedDecisionTransformer(random_model(layers, 3))
    theirs = dict(hooked.tl_parameters())
    ours = state_dict(hooked.model)
    embeddings = {f"embed.W_{name}" for name in ("state", "rtg", "action", "time")}
    assert set(ours) == set(theirs) - {"embed.W_E"} | embeddings
    for name in set(ours) - embeddings:
        assert torch.equal(ours[name], theirs[name]), name
    for name in embeddings:
        assert torch.equal(ours[name], hooked.model.state_dict()[name.removeprefix("embed.")])


def test_a_state_dict_without_a_header_is_read_by_its_shapes(tmp_path):
    model = special(2, 3)
    torch.save(OrderedDict(state_dict(model)), tmp_path / "bare.pt")
    read = load_any(tmp_path / "bare.pt")
    assert (read.cell.name, read.max_steps) == ("2L-16d-2h-3k-one_hot-s0", 30)
    for name, tensor in model.state_dict().items():
        assert torch.equal(read.state_dict()[name], tensor)


def test_a_model_of_the_study_travels_too(here):
    torch.save(study_state(), here / "study.pt")
    export_model("study.pt", "plain.pt")
    again, first = (
        read_study_checkpoint(here / "plain.pt"),
        read_study_checkpoint(here / "study.pt"),
    )
    assert again.cell == first.cell
    for name, tensor in first.state_dict().items():
        assert torch.equal(again.state_dict()[name], tensor)
    assert "Others trained it" in (here / "plain.md").read_text()


def test_the_card_says_what_the_pipeline_knows(here):
    model = special(1, 1)
    save_checkpoint(here / "a.safetensors", model)
    table = cards.calibration(model, 2).assign(episodes=77, mean_return=0.125)
    write_csv(here / f"results/models/{model.cell.name}/calibration.csv", table)
    export_model("a.safetensors", "b.pt")
    said = (here / "b.md").read_text()
    assert said.startswith("# 1L-16d-2h-1k-one_hot-ours-r2-study-s1-w0.5\n")
    assert "over 77 episodes" in said and said.count(" 0.125 |") == 2
    assert "training.study: initialisation study" in said and "weight_decay = 0.5" in said
    assert 'dtlens.load("b.pt")' in said and "Time 29 is the last" in said


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"layers": 3}, "its tensors do not fit its configuration"),
        ({"width": 0}, "width"),
        ({"heads": 4}, "its tensors do not fit its configuration"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(tmp_path, change, named):
    model = random_model(1, 1)
    cell = model.cell.model_dump() | change
    state = state_dict(model)
    header = {"config": {"cell": cell}, "kind": CHECKPOINT, "schema": 1}
    state._metadata = {"": {"dtlens": json.dumps(header)}}
    torch.save(state, tmp_path / "b.pt")
    with pytest.raises(UserError, match=named):
        import_model(tmp_path / "b.pt", tmp_path / "c.safetensors")


@pytest.mark.parametrize("change", [{"kind": "agents"}, {"schema": 2}])
def test_a_header_of_another_kind_is_refused(tmp_path, change):
    model = random_model(1, 1)
    header = {"config": {"cell": model.cell.model_dump()}, "kind": CHECKPOINT, "schema": 1}
    state = state_dict(model)
    state._metadata = {"": {"dtlens": json.dumps(header | change)}}
    torch.save(state, tmp_path / "b.pt")
    with pytest.raises(UserError, match="its header is not of schema 1"):
        import_model(tmp_path / "b.pt", tmp_path / "c.safetensors")
