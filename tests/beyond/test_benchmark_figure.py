"""What methods say of time stands beside what is so of the same models."""

import itertools

import pandas as pd

from dtlens.beyond.attribution_benchmark.report import PANELS, page
from dtlens.report.figures.arms import COLOURS

TRUTHS = {"index": (0.8, 1.0, 0.003), "one_hot": (0.95, 1.0, 0.003)}


def test_what_is_so_is_drawn_for_each_encoding_where_it_differs():
    rows = [
        (model, encoding, method, question, truth, 0.5, 0.4, 0.6, 3)
        for model, encoding, method in itertools.product(
            ["waits", "like"], TRUTHS, ["attribution", "maps"]
        )
        for question, truth in zip(PANELS, TRUTHS[encoding], strict=True)
    ]
    columns = ["model", "encoding", "method", "question", "truth", "value", "low", "high", "n"]
    token, direction, worth = page(pd.DataFrame(rows, columns=columns)).axes
    found = [
        {(line.get_xdata()[0], line.get_color()) for line in axes.lines if line.get_ls() == ":"}
        for axes in (token, direction, worth)
    ]
    assert found[0] == {(0.8, COLOURS["index"]), (0.95, COLOURS["one_hot"])}
    for panel, truth in ((found[1], 1.0), (found[2], 0.003)):
        assert panel == {(truth, COLOURS["index"]), (truth, COLOURS["one_hot"])}
