"""How the Decision Transformers learn: loss and held-out accuracy of every model of an arm."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.report.figures.arms import COLOURS, Arms, Tables, title
from dtlens.report.figures.style import NEUTRAL, Style, legend_below, new_figure

LOSSES = {"loss": ("training", ":"), "held_out_loss": ("held out", "-")}


def draw_losses(models: Tables, axes: Axes, colour: str) -> Axes:
    """A line for each model's cross-entropy, in training (dotted) and held out, against millions
    of predictions."""
    for name, (label, style) in LOSSES.items():
        line: Style = {"linestyle": style, "linewidth": 1}
        for table in models.values():
            axes.plot(table["predictions"] / 1e6, table[name], color=colour, **line)
        axes.plot([], [], color=NEUTRAL, label=label, **line)
    return axes


def draw_accuracy(models: Tables, axes: Axes, colour: str) -> Axes:
    """A line for each model's share of held-out actions that it finds the likeliest."""
    for table in models.values():
        axes.plot(table["predictions"] / 1e6, table["held_out_accuracy"], color=colour, linewidth=1)
    return axes


def page(arms: Arms) -> Figure:
    """A column for each arm: losses above, accuracy below.

    Tables of training: predictions, loss, held_out_loss, held_out_accuracy.
    """
    figure, axes = new_figure(2, len(arms), 2.7 * len(arms), 5, "row")
    above, below = axes[: len(arms)], axes[len(arms) :]
    for (arm, models), losses, accuracy in zip(arms.items(), above, below, strict=True):
        draw_losses(models, losses, COLOURS[arm]).set_title(title(arm, models))
        draw_accuracy(models, accuracy, COLOURS[arm]).set_xlabel("predictions (millions)")
    above[0].set_ylabel("cross-entropy (nats)")
    below[0].set_ylabel("held-out accuracy")
    legend_below(figure, [above[0]])
    figure.suptitle("Training of the Decision Transformers, a line a model")
    return figure
