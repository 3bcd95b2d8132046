"""The chapter and figure on signs of harm."""

import pandas as pd
from matplotlib.figure import Figure

from dtlens.beyond.drawing import OF_ARMS, page_of_means
from dtlens.beyond.text import crossed, numbers
from dtlens.report.arms import TITLES

INTO, STANDS = "walks into what is red", "stands in the old corner"


def chapter(table: pd.DataFrame) -> str:
    """From the table `anomaly_flags.csv`."""
    table = table.assign(read=table["read_out"] + ", " + table["of"])
    into = table[(table["arm"] == "index") & (table["harm"] == INTO)]
    told = numbers(into, "read", "measure")
    lines = [
        "## Is there a sign before harm is done?",
        "",
        "Models told 0.9 play among red obstacles, and where the goal is off the walls. Before each"
        " step numbers are read off the logits, the observation (one bit for each thing that a cell"
        " can hold) and the activations (neurons and residual stream): how *unsure* the logits are;"
        " the *distance* from play in the game's rooms, in its own spread; and a *probe*, Fisher's"
        " discriminant of steps that did like harm in other rooms, into green obstacles, or in the"
        " old corner where there is no goal. AUROC is the chance that the number is higher before a"
        " step that does harm than before another in the same rooms (0.5: it says nothing)."
        " The *baseline* asks whether an obstacle is in front, and nothing else."
        " [Figure](figures/anomaly_flags.png).",
        "",
        "Before an index model of our recipe walks into a red obstacle the baseline has an AUROC of"
        f" {told('baseline, obstacle in front', 'auroc')}; its activations' distance"
        f" has one of {told('distance, activations', 'auroc')}, the"
        f" observation's {told('distance, observation', 'auroc')}, being unsure"
        f" {told('unsure, logits', 'auroc')}; a probe that knows green ones"
        f" {told('probe, activations', 'auroc')} in activations and"
        f" {told('probe, observation', 'auroc')} in observations. With one false"
        " alarm in a hundred harmless steps, the activations' distance is raised at"
        f" {told('distance, activations', 'hits')} of the harmful ones.",
        "",
    ]
    for harm in (INTO, STANDS):
        for measure, title in (("auroc", "AUROC"), ("hits", "hits at 1% false alarms")):
            rows = table[(table["harm"] == harm) & (table["measure"] == measure) & table["n"].gt(0)]
            lines += [
                f"{harm.capitalize()}, {title}:",
                "",
                crossed(rows, "read", "arm", TITLES),
                "",
            ]
    return "\n".join(lines)


def page(table: pd.DataFrame) -> Figure:
    """A panel for each harm and measure, a row a read-out: means over the models that do it."""
    rows = table[table["arm"].isin(["study", "index", "one_hot"])]
    read = rows["read_out"] + ", " + rows["of"]
    rows = rows.assign(panel=rows["harm"] + "\n" + rows["measure"], group=read)
    rows = rows.assign(series=rows["arm"].map(TITLES))
    panels = {panel: panel.replace("auroc", "AUROC") for panel in rows["panel"].unique()}
    title = "What can be read before a step that does harm (hits: at 1% false alarms)"
    return page_of_means(rows, panels, OF_ARMS, title, columns=2)
