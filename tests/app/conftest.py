"""A project with a few models that were never trained, for the app to show."""

import pytest

from dtlens.app.findings import WAITING
from dtlens.model.transformer import save_checkpoint
from models import random_model
from small_params import write_small_params

HEADLINE = "1L-16d-2h-1k-index-ours-r1-ours-s1"
MODELS = {
    HEADLINE: (1, 1, "index"),
    "0L-16d-2h-1k-index-ours-r1-ours-s0": (0, 1, "index"),
    "1L-16d-2h-1k-one_hot-ours-r1-ours-s1": (1, 1, "one_hot"),
    "2L-16d-2h-3k-index-ours-r1-ours-s0": (2, 3, "index"),
}


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    write_small_params(folder)
    for name, (layers, context, encoding) in MODELS.items():
        save_checkpoint(
            folder / f"data/dt/{name}.safetensors", random_model(layers, context, encoding)
        )
    save_checkpoint(folder / WAITING, random_model(1, 1, "index"))
    (folder / "damaged.pt").write_bytes(b"PK\x03\x04 no checkpoint")
    return folder
