"""Draw what one cell does without each of its components (mean ablation)."""

from pathlib import Path

from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.figures.ablation import draw
from dtlens.figures.style import new_figure, save

EVIDENCE = {
    "bank": "P(forward | in front)\nplaced scenes",
    "play": "share of episodes\nthat end so",
}


def main(name: str) -> None:
    table = read_csv(Path(f"results/ablation/{name}.csv"))
    table = table[table["reference"].isin(["none", "mean"])]
    rtgs = table["rtg"].unique()
    figure, axes = new_figure(len(EVIDENCE), len(rtgs), 4 * len(rtgs), 6)
    panels = iter(axes)
    for evidence, label in EVIDENCE.items():
        for rtg in rtgs:
            panel = next(panels)
            draw(table[(table["evidence"] == evidence) & (table["rtg"] == rtg)], panel)
            panel.set_title(f"reward-to-go {rtg:g}")
            panel.set_ylabel(label if rtg == rtgs[0] else "")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    figure.suptitle(f"{name}: each component replaced by its mean (bars: 95% intervals)")
    save(figure, Path(f"results/figures/ablation/{name}"))


if __name__ == "__main__":
    run(main)
