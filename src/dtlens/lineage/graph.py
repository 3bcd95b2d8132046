"""A file's chain of stages as a picture."""

from pathlib import Path

import networkx as nx

from dtlens.lineage.locks import group
from dtlens.lineage.trace import MATCHES, Trace
from dtlens.report.figures.style import NEUTRAL, new_figure, save

COLOURS = {True: "#009E73", False: "#D55E00"}


def chain(found: Trace) -> nx.DiGraph:
    """A node a stage, edges from maker to reader; all cells of a matrix stage are one node.

    A node knows how many stages it stands for, and whether their files on disk all match.
    """
    graph = nx.DiGraph()
    for stage in found.stages:
        node = group(stage.name)
        entries = (*stage.inputs, *stage.outputs)
        match = all(found.on_disk[entry] == MATCHES for entry in entries)
        known = graph.nodes.get(node) or {"count": 0, "match": True}
        graph.add_node(node, count=known["count"] + 1, match=known["match"] and match)
        for entry in stage.inputs:
            graph.add_edges_from((group(by), node) for by in found.makers(entry))
    return graph


def draw_chain(found: Trace, stem: Path) -> None:
    """Draw the stages behind the file, the first at the top, into `stem`.svg and `stem`.png."""
    graph = chain(found)
    layers = list(nx.topological_generations(graph))
    widest = max(map(len, layers))
    figure, (axes,) = new_figure(1, 1, 2.4 * widest + 1, 0.9 * len(layers) + 0.8)
    boxes = {}
    for depth, layer in enumerate(layers):
        for i, node in enumerate(layer):
            count, match = graph.nodes[node]["count"], graph.nodes[node]["match"]
            label = node if count == 1 else f"{node} x {count}"
            box = {"boxstyle": "round", "facecolor": "white", "edgecolor": COLOURS[match]}
            place = (i + 0.5) / len(layer), -depth
            boxes[node] = axes.text(*place, label, ha="center", va="center", bbox=box, zorder=3)
    for tail, head in graph.edges:
        (x, y), (to_x, to_y) = boxes[tail].get_position(), boxes[head].get_position()
        bent = 0.3 if y - to_y > 1 and x == to_x else 0.0  # around the stage in between
        ends = {"patchA": boxes[tail].get_bbox_patch(), "patchB": boxes[head].get_bbox_patch()}
        style = {"arrowstyle": "-|>", "connectionstyle": f"arc3,rad={bent}", "color": NEUTRAL}
        axes.annotate("", (to_x, to_y), (x, y), arrowprops=style | ends, zorder=1)
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(-len(layers) + 0.5, 0.5))
    figure.suptitle(f"{found.path}\n(green: all files on disk match; red: one does not)")
    save(figure, stem)
