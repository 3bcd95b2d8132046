"""Draw what became of the study's claims."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import read_csv
from dtlens.report.figures import claims, effects
from dtlens.report.figures.style import save

TITLES = {
    1: "environment",
    2: "PPO solves it",
    3: "training RTGs pile up",
    4: "1 layer, 2 heads, 1 step is enough",
    5: "calibrated at -1, 0 and 1",
    6: "what it avoids, and when",
    7: "parts sum to the logits",
    8: "left and right correlate",
    9: "goal head ablated: goal from the top",
    10: "obstacle head ablated: collisions",
    11: "MLP ablated: goal from the left",
    12: "obstacles refused above 0.2 to 0.3",
    13: "walls and goal sit in the state token",
    14: "RTG embedding pushes forward",
    15: "time embedding is a look-up",
    16: "front cell: object and colour",
    17: "front cell: wall, obstacle, goal",
    18: "spread over many cells",
    19: "QK: anything in front lowers attention",
    20: "OV: high object index inhibits forward",
    21: "the MLP amplifies the heads",
    22: "no end-oversampling: goal avoided",
    23: "index encoding: walls before obstacles",
    24: "trigrams decide",
    25: "clockwise bias",
    26: "performant before interpretable",
    27: "without attention RTG moves nothing",
    28: "heads do not push the other way",
}


def main() -> None:
    judged, effect = (read_csv(Path(f"results/{name}.csv")) for name in ("claims", "effects"))
    pages = {
        "claims": claims.page(judged, TITLES),
        "statements": claims.statements_page(judged, TITLES),
        "effects": effects.page(effect, TITLES),
    }
    for page, figure in pages.items():
        save(figure, Path(f"results/figures/{page}"))


if __name__ == "__main__":
    run(main)
