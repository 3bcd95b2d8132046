import json

import pytest

from dtlens.lineage import numerics


@pytest.fixture(scope="module")
def here():
    return numerics.fingerprint()


def test_a_machine_gives_the_same_bytes_again(here):
    assert numerics.fingerprint() == here
    assert len(set(here.values())) == len(here)


def test_what_a_machine_does_otherwise_is_named(here, tmp_path, monkeypatch):
    committed = tmp_path / "numerics.json"
    monkeypatch.setattr(numerics, "COMMITTED", committed)
    monkeypatch.setattr(numerics, "fingerprint", lambda: here)
    committed.write_text(json.dumps(here))
    assert numerics.sentence() == "this machine gives the committed bytes"
    committed.write_text(json.dumps(here | {"NumPy: sums": "0"}))
    assert numerics.sentence().endswith("other bytes than the committed: NumPy: sums")
