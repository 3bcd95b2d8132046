"""Draw what each component of one cell adds to its preference for forward over right."""

from pathlib import Path

from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.figures.attribution import draw
from dtlens.figures.style import new_figure, save


def main(name: str) -> None:
    table = read_csv(Path(f"results/attribution/{name}.csv"))
    rtgs = table["rtg"].unique()
    figure, axes = new_figure(1, len(rtgs), 4.3 * len(rtgs), 4.6)
    for panel, rtg in zip(axes, rtgs, strict=True):
        draw(table[table["rtg"] == rtg], panel)
        panel.set_title(f"reward-to-go {rtg:g}")
    figure.suptitle(
        f"{name}: what each component adds to logit(forward) - logit(right),"
        " by the object in front (means over placed scenes)"
    )
    save(figure, Path(f"results/figures/attribution/{name}"))


if __name__ == "__main__":
    run(main)
