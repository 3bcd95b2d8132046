"""Draw which component carries which behaviour in every seed."""

from pathlib import Path

from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.figures.roles import draw
from dtlens.figures.style import new_figure, save, words


def main() -> None:
    table = read_csv(Path("results/roles.csv"))
    encodings, behaviours = table["encoding"].unique(), table["behaviour"].unique()
    seeds = table["seed"].nunique()
    height = (0.4 * seeds + 0.7) * len(encodings) + 0.8
    figure, axes = new_figure(len(encodings), len(behaviours), 3 * len(behaviours), height)
    panels = iter(axes)
    for encoding in encodings:
        for behaviour in behaviours:
            panel = next(panels)
            chosen = (table["encoding"] == encoding) & (table["behaviour"] == behaviour)
            draw(table[chosen], panel)
            panel.set_title(words(behaviour) if encoding == encodings[0] else "")
            if behaviour == behaviours[0]:
                panel.set_ylabel(f"{encoding}\nseed")
    figure.suptitle(
        "How strongly each model behaves so (whole), and how much of it goes with each component"
    )
    save(figure, Path("results/figures/roles"))


if __name__ == "__main__":
    run(main)
