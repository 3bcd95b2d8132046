"""`dtlens judge` on the study's own checkpoints, against what is kept of them, and on ours."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import yaml

from dtlens.library.judging import judge
from dtlens.report.arms import STUDYS_CELL
from dtlens.report.claims.evidence import Model, of_reference
from dtlens.report.claims.judge import Statement, decisive, judged
from dtlens.report.claims.listed import CLAIMS
from dtlens.report.claims.measures import of_model

ROOT = Path(__file__).parents[2]
CHECKPOINTS = {"post": "post.pt", "short": "ReproduceOriginalPostShort.pt"}
FOLDER = ROOT.parent / "shared/data/dti"


@pytest.fixture(params=CHECKPOINTS)
def kept(request, monkeypatch):
    """A checkpoint's name, and what its tables in references/ come to."""
    monkeypatch.chdir(ROOT)
    model = Model(STUDYS_CELL, of_reference(request.param))
    return request.param, judged(of_model(CLAIMS, model), CLAIMS)


def test_what_is_kept_answers_all_that_one_model_can_be_asked(kept):
    _, table = kept
    of_others_too = {22, 23, 25}  # of other models, or of the data
    asked = {
        (claim.number, statement.measure)
        for claim in CLAIMS
        for statement in claim.judged
        if isinstance(statement, Statement) and claim.number not in of_others_too
    }
    found = decisive(table)
    assert set(zip(found["claim"], found["measure"], strict=True)) == asked
    assert found["holds"].isin([0, 1]).all()


def test_a_fresh_measurement_agrees_with_what_is_kept(kept):
    name, table = kept
    file = FOLDER / CHECKPOINTS[name]
    if not file.exists():
        pytest.skip(f"the study's checkpoint {file.name} is not here")
    source = yaml.safe_load((ROOT / "references/sources.yaml").read_text())[name]
    assert hashlib.md5(file.read_bytes()).hexdigest() == source["md5"]
    fresh = judge(file)
    keys = ["claim", "measure"]
    assert fresh[keys].to_numpy().tolist() == table[keys].to_numpy().tolist()
    # On another processor a choice between two all but equal actions may fall otherwise.
    played = table["unit"].isin(["episodes"]).to_numpy()
    for name in ("value", "low", "high"):
        np.testing.assert_allclose(fresh[name][~played], table[name][~played], atol=1e-3, rtol=1e-3)
        np.testing.assert_allclose(fresh[name][played], table[name][played], atol=0.05)
