"""Draw what one cell's weights and placed scenes say of its circuits."""

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.figures import attention, embeddings, scan
from dtlens.figures.maps import draw_grids
from dtlens.figures.style import new_figure, save, words

CHANNELS = ["object", "colour", "state"]
FRONTS = ["obstacle", "goal_from_top", "wall"]
PREFERENCE = "logit(forward) - logit(right)"
MEASURES = {"attention": "attention to the RTG", "score": "log odds of the RTG\nagainst the state"}


def draw_scan(table: pd.DataFrame) -> Figure:
    figure, axes = new_figure(2, len(FRONTS), 11, 6.4)
    contributions, (probability, attended, spare) = axes[: len(FRONTS)], axes[len(FRONTS) :]
    for panel, front in zip(contributions, FRONTS, strict=True):
        scan.draw_contributions(table[table["front"] == front], panel)
        panel.set_title(f"{words(front)} in front")
        panel.set_ylabel(f"part in {PREFERENCE}" if front == FRONTS[0] else "")
    scan.draw_probability(table, probability)
    scan.draw_attention(table, attended)
    spare.set_axis_off()
    for panel, title, x in ((contributions[0], "upper row", 0.0), (attended, "lower row", 0.5)):
        handles, labels = panel.get_legend_handles_labels()
        place = {"bbox_to_anchor": (x, 1), "bbox_transform": spare.transAxes}
        figure.legend(handles, labels, loc="upper left", title=title, **place)
    for panel in figure.axes:
        if legend := panel.get_legend():
            legend.remove()
    return figure


def by_kind(maps: pd.DataFrame, unit: str) -> dict[str, pd.DataFrame]:
    """Maps of channels and of objects, which have other units; without the former if there are
    none."""
    of_channel = maps["of"].isin(CHANNELS)
    kinds = {
        f"{unit} per unit\nof the channel": maps[of_channel],
        f"{unit}, when put\ninto an unseen cell": maps[~of_channel],
    }
    return {label: kind for label, kind in kinds.items() if len(kind)}


def draw_state_maps(maps: pd.DataFrame) -> Figure:
    weights = by_kind(maps[maps["measure"] == "weight"], "logits")
    seen = maps[(maps["measure"] == "sd") & maps["of"].isin(["object", "colour", "cell"])]
    return draw_grids(weights | {"logits, spread\nover scenes (sd)": seen}, "measure")


def draw_attention(table: pd.DataFrame) -> Figure:
    rtgs = table["rtg"].unique()
    figure, axes = new_figure(len(MEASURES), len(rtgs), 3.2 * len(rtgs), 5)
    panels = iter(axes)
    for measure, label in MEASURES.items():
        for rtg in rtgs:
            panel = next(panels)
            attention.draw(table[(table["measure"] == measure) & (table["rtg"] == rtg)], panel)
            if measure == "attention":
                panel.set(title=f"reward-to-go {rtg:g}", ylim=(-0.03, 1.03))
            panel.set_ylabel(label if rtg == rtgs[0] else "")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    return figure


def draw_embeddings(rtg: pd.DataFrame, time: pd.DataFrame) -> Figure:
    figure, (left, right) = new_figure(1, 2, 9, 3.6)
    embeddings.draw_rtg(rtg, left)
    embeddings.draw_time(time[time["onto"] == "F-R"], right)
    left.set_title("RTG embedding")
    right.set_title(f"time embedding, onto {PREFERENCE}")
    return figure


def main(name: str) -> None:
    names = ("scan", "maps", "attention", "rtg_embedding", "time_embedding")
    curves, maps, attended, rtg, time = (
        read_csv(Path(f"results/circuits/{name}/{table}.csv")) for table in names
    )
    toward = maps[maps["onto"] == "F-R"]
    asked = maps["rtg"].max()
    scores = maps[(maps["measure"] == "gradient") & (maps["rtg"] == asked)]
    figures = {
        "scan": (draw_scan(curves), "what the reward-to-go asked for changes (placed scenes)"),
        "state_maps": (
            draw_state_maps(toward[toward["circuit"] == "embedding"]),
            f"what each cell of the state token adds to\n{PREFERENCE}",
        ),
        "qk_maps": (
            draw_grids(by_kind(scores, "score"), "head"),
            "which cells turn attention to the reward-to-go (red)\n"
            f"or to the state (blue): gradient at reward-to-go {asked:g}",
        ),
        "ov_maps": (
            draw_grids(by_kind(toward[toward["circuit"] == "OV"], "logits"), "head"),
            f"what heads add to {PREFERENCE}\nwhen they attend to the state token",
        ),
        "attention_by_front": (
            draw_attention(attended),
            "attention by the object put in front, all else equal (bars: 95% intervals)",
        ),
        "embeddings": (draw_embeddings(rtg, time), "preferences that the embeddings hold"),
    }
    for kind, (figure, title) in figures.items():
        figure.suptitle(f"{name}: {title}")
        save(figure, Path(f"results/figures/circuits/{name}/{kind}"))


if __name__ == "__main__":
    run(main)
