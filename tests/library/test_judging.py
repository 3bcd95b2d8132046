"""`dtlens judge` on the study's own checkpoints, against what is kept of them, and on ours."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from dtlens.library.judging import judge
from dtlens.report.claims.listed import CLAIMS

ROOT = Path(__file__).parents[2]
CHECKPOINTS = {"post": "post.pt", "short": "ReproduceOriginalPostShort.pt"}
FOLDER = ROOT.parent / "shared/data/dti"


@pytest.fixture(scope="module", params=CHECKPOINTS)
def kept(request):
    return request.param, pd.read_csv(
        ROOT / f"references/{request.param}.csv", keep_default_na=False, na_values=[""]
    )


def test_what_is_kept_is_of_the_claims_as_they_are(kept):
    """Measures, references of ablation and bounds: a claim that changed is measured again."""
    _, table = kept
    listed = {
        (claim.number, statement.measure): (statement.above, statement.below)
        for claim in CLAIMS
        for statement in claim.statements
    }
    for row in table.to_dict("records"):
        bounds = (row["above"], row["below"])
        assert listed[row["claim"], row["measure"]] == pytest.approx(bounds, rel=1e-5)
    asked = {key[0] for key in listed} - {1, 2, 3, 22, 23, 26}  # of data, or of several models
    assert set(table["claim"]) == asked


def test_a_fresh_measurement_agrees_with_what_is_kept(kept, monkeypatch):
    name, table = kept
    file = FOLDER / CHECKPOINTS[name]
    if not file.exists():
        pytest.skip(f"the study's checkpoint {file.name} is not here")
    source = yaml.safe_load((ROOT / "references/sources.yaml").read_text())[name]
    assert hashlib.md5(file.read_bytes()).hexdigest() == source["md5"]
    monkeypatch.chdir(ROOT)
    fresh = judge(file)
    keys = ["claim", "measure"]
    assert fresh[keys].to_numpy().tolist() == table[keys].to_numpy().tolist()
    # On another processor a choice between two all but equal actions may fall otherwise.
    played = table["unit"].isin(["episodes"]).to_numpy()
    for name in ("value", "low", "high"):
        np.testing.assert_allclose(fresh[name][~played], table[name][~played], atol=1e-3, rtol=1e-3)
        np.testing.assert_allclose(fresh[name][played], table[name][played], atol=0.05)
