import re

import numpy as np
import pandas as pd
import pytest
import torch

from dtlens.analysis.circuits.settings import Circuits
from dtlens.analysis.tables import Looked, further_tables, path_of, tables_for_claims, write_tables
from models import random_model

SETTINGS = Circuits(seed=1, random_directions=50, initialisations=2, pairs=5, neurons=2)
OF_CLAIMS = {
    "attribution",
    *(
        f"circuits/{name}"
        for name in (
            *("scan", "refusals", "rtg_embedding", "time_embedding", "maps", "front_cells"),
            *("contrasts", "attention", "spread", "frozen", "cut_attention"),
        )
    ),
    "interventions/paths",
}


@pytest.mark.parametrize("layers", [0, 1])
def test_what_claims_need_is_a_part_of_what_there_is(scenes, layers):
    looked = Looked.at(random_model(layers, 1), scenes, [-1.0, 0.9], SETTINGS)
    claims = dict(tables_for_claims(looked, np.ones(30), [-1.0, 0.0, 0.9]))
    assert set(claims) == OF_CLAIMS
    assert not OF_CLAIMS & set(dict(further_tables(looked)))
    assert claims["circuits/contrasts"]["component"].nunique() == 5 + 5 * layers


def test_paths_of_tables():
    cell = "1L-128d-2h-1k-index-s1-w0.5"
    assert str(path_of("attribution", cell)) == f"results/models/{cell}/attribution.csv"
    assert str(path_of("circuits/scan", cell)) == f"results/models/{cell}/circuits/scan.csv"


def test_tables_are_written_as_they_are_made_and_said(tmp_path, capfd):
    """The second one fails to be made: the first one is there by then."""

    def tables():
        yield "attribution", pd.DataFrame({"value": [0.5]})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_tables(tables(), lambda kind: tmp_path / f"{kind}.csv")
    assert (tmp_path / "attribution.csv").read_text() == "value\n0.5\n"
    assert re.fullmatch(r" *\d+\.\d s  attribution\n", capfd.readouterr().err)


def test_weights_too_small_for_full_precision_count_as_0():
    """Products with them would take a hundred times as long."""
    assert (torch.tensor([1e-40]) * torch.tensor([1e10])).item() == 0
