import numpy as np
import pytest
import torch

from dtlens.analysis.tables import all_tables, path_of, tables_for_claims
from dtlens.circuits.settings import Circuits
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
def test_what_claims_need_is_part_of_everything(scenes, layers):
    model = random_model(layers, 1)
    asked = (model, scenes, np.ones(30), [-1.0, 0.9], [-1.0, 0.0, 0.9], SETTINGS)
    claims, everything = dict(tables_for_claims(*asked)), dict(all_tables(*asked))
    assert set(claims) == OF_CLAIMS and set(claims) < set(everything)
    assert all(table.equals(everything[kind]) for kind, table in claims.items())
    assert claims["circuits/contrasts"]["component"].nunique() == 5 + 5 * layers


def test_paths_of_tables():
    cell = "1L-128d-2h-1k-index-s1-w0.5"
    assert str(path_of("attribution", cell)) == f"results/attribution/{cell}.csv"
    assert str(path_of("circuits/scan", cell)) == f"results/circuits/{cell}/scan.csv"


def test_weights_too_small_for_full_precision_count_as_0():
    """Products with them would take a hundred times as long."""
    assert (torch.tensor([1e-40]) * torch.tensor([1e10])).item() == 0
