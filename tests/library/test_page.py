"""The page of one model says what its tables do, and opens without a network."""

import re
from contextlib import chdir
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dtlens.base.files import read_csv
from dtlens.library.analysing import analyse
from dtlens.library.page import write_page
from dtlens.model.transformer import save_checkpoint
from dtlens.report.claims.judge import decisive
from models import random_model
from small_params import write_small_params


class Read(HTMLParser):
    """The rows of a page's tables, its headings, and what it refers to."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.headings, self.refers, self.inside = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        self.refers += [value for name, value in attributes if name in ("src", "href")]
        if tag == "tr":
            self.rows.append([])

    def handle_data(self, data):
        if self.inside in ("td", "th"):
            self.rows[-1].append(data.strip())
        elif re.fullmatch("h[1-3]", self.inside):
            self.headings.append(data)
        self.inside = ""


@pytest.fixture(scope="module", params=[0, 1, 2])
def page(request, tmp_path_factory):
    """The folder of a model of so many layers, analysed, and its page as read."""
    tmp_path = tmp_path_factory.mktemp("page")
    write_small_params(tmp_path)
    model = random_model(request.param, 1, "index")
    with chdir(tmp_path):
        save_checkpoint(Path("model.safetensors"), model)
        analyse(Path("model.safetensors"), Path("out"))
        write_page(Path("out"), model, "a <b> model")
    return tmp_path / "out", Read((tmp_path / "out/index.html").read_text()), request.param


def test_the_page_says_what_its_tables_do(page):
    out, read, layers = page
    assert read.headings[0] == "a <b> model"
    table = read_csv(out / "claims.csv")
    found = decisive(table.fillna({"reference": ""})).groupby("claim")["holds"]
    start = read.rows.index(next(row for row in read.rows if row[:1] == ["#"])) + 1
    shown = {row[0]: row[2] for row in read.rows[start : start + found.ngroups]}
    assert shown == {
        str(claim): "".join("✓" if holds else "✗" for holds in group) for claim, group in found
    }
    of_heads = {"11", "20"}  # of the one layer and its two heads
    assert {"5", "6", "7", "8"} <= set(shown) and (of_heads <= set(shown)) == (layers == 1)
    titles = [heading for heading in read.headings if re.match(r"\d+\. ", heading)]
    assert len(titles) == table["claim"].nunique()


def test_the_page_is_one_file_with_every_figure_inside(page):
    out, read, layers = page
    pictures = [where for where in read.refers if where.startswith("data:image/png;base64,")]
    figures = list((out / "figures").glob("*.png"))
    assert len(pictures) == len(figures) == (9 if layers == 1 else 1)
    rest = set(read.refers) - set(pictures)
    assert rest == {str(path.relative_to(out)) for path in out.rglob("*.csv")}
