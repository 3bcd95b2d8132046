"""Checkpoints: what is written comes back, in the same bytes; what is not one is refused."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from dtlens.base.errors import UserError
from dtlens.base.tensors import load_tensors, save_tensors

TENSORS = {"b": torch.arange(6.0).reshape(2, 3), "a": torch.tensor([1, 2])}


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "new" / "agent.safetensors"
    save_tensors(path, "agent", TENSORS, {"hidden": 64})
    tensors, config = load_tensors(path, "agent")
    assert config == {"hidden": 64}
    assert tensors.keys() == TENSORS.keys()
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)
    assert [file.name for file in path.parent.iterdir()] == ["agent.safetensors"]


def test_same_values_same_bytes_under_any_name(tmp_path: Path) -> None:
    save_tensors(tmp_path / "one", "agent", TENSORS, {"x": 1, "y": 2})
    reordered = dict(reversed(TENSORS.items()))
    save_tensors(tmp_path / "two", "agent", reordered, {"y": 2, "x": 1})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_refusals_are_one_line_that_names_the_file(tmp_path: Path) -> None:
    good = tmp_path / "good"
    save_tensors(good, "agent", TENSORS, {})
    (tmp_path / "truncated").write_bytes(good.read_bytes()[:-5])
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "text").write_text("episode,t\n" * 100)
    (tmp_path / "folder").mkdir()
    save_file(TENSORS, tmp_path / "foreign")
    save_file(TENSORS, tmp_path / "foreign_key", metadata={"dtlens": "[1]"})
    (tmp_path / "newer").write_bytes(good.read_bytes().replace(b'schema\\": 1', b'schema\\": 9'))
    expected = {
        "missing": "no such file",
        "truncated": "not a whole safetensors file",
        "empty": "not a whole safetensors file",
        "text": "not a whole safetensors file",
        "folder": "cannot be read",
        "foreign": "not one that dtlens wrote",
        "foreign_key": "not one that dtlens wrote",
        "newer": "schema 9; this version reads 1",
    }
    for name, reason in expected.items():
        with pytest.raises(UserError, match=reason) as caught:
            load_tensors(tmp_path / name, "agent")
        assert str(tmp_path / name) in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(UserError, match="holds agent, not decision_transformer"):
        load_tensors(good, "decision_transformer")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_neither_written_nor_read(tmp_path: Path, value: float) -> None:
    with pytest.raises(UserError, match="one: b holds what is not a number"):
        save_tensors(tmp_path / "one", "agent", {"b": torch.tensor([0.0, value])}, {})
    assert not list(tmp_path.iterdir())
    save_tensors(tmp_path / "two", "agent", {"b": torch.tensor([0.0, 1.0])}, {})
    content = bytearray((tmp_path / "two").read_bytes())
    content[-4:] = torch.tensor(value).numpy().tobytes()
    (tmp_path / "two").write_bytes(content)
    with pytest.raises(UserError, match="two: b holds what is not a number"):
        load_tensors(tmp_path / "two", "agent")
