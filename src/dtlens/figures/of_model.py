"""Draw every figure of one model."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import read_csv
from dtlens.figures import (
    ablation,
    attention,
    attribution,
    calibration,
    embeddings,
    maps,
    neurons,
    patching,
    paths,
    scan,
)
from dtlens.figures.style import save


def main(name: str) -> None:
    calibrated, ablated, attributed = (
        read_csv(Path(f"results/{table}/{name}.csv"))
        for table in ("calibration", "ablation", "attribution")
    )
    scanned, mapped, attended, rtg, time = (
        read_csv(Path(f"results/circuits/{name}/{table}.csv"))
        for table in ("scan", "maps", "attention", "rtg_embedding", "time_embedding")
    )
    patched, followed, refusing = (
        read_csv(Path(f"results/interventions/{name}/{table}.csv"))
        for table in ("patching", "paths", "neurons")
    )
    pages = {
        "calibration": calibration.page(name, calibrated),
        "ablation": ablation.page(name, ablated),
        "attribution": attribution.page(name, attributed),
        "scan": scan.page(name, scanned),
        "state_maps": maps.state_page(name, mapped),
        "qk_maps": maps.qk_page(name, mapped),
        "ov_maps": maps.ov_page(name, mapped),
        "attention_by_front": attention.page(name, attended),
        "embeddings": embeddings.page(name, rtg, time),
        "patching": patching.page(name, patched),
        "paths": paths.page(name, followed),
        "neurons": neurons.page(name, refusing),
    }
    for page, figure in pages.items():
        save(figure, Path(f"results/figures/{name}/{page}"))


if __name__ == "__main__":
    run(main)
