"""What the documents say of the results is so."""

import io
import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from dvc.repo import Repo
from dvc.stage import PipelineStage

from dtlens.cli import app

ROOT = Path(__file__).parents[1]
ROWS = re.findall(
    r"^\| `([\w/*]+\.csv)` \| [^|]+ \| (.+) \|$",
    (ROOT / "docs/results.md").read_text(),
    re.MULTILINE,
)
# Tables whose columns are too many, or those of a module that is named there.
SHORT = {"grid.csv", "readings.csv"}


@pytest.mark.parametrize(("pattern", "columns"), ROWS)
def test_every_column_of_a_table_is_documented(pattern: str, columns: str) -> None:
    pattern, folder = pattern.replace("RUN", "*"), ROOT / "results"
    path = next(
        (path for under in ("", "models/*/") for path in folder.glob(under + pattern)), None
    )
    if path is None:
        pytest.skip(f"no {pattern} here: `dvc pull` brings it")
    if pattern not in SHORT:
        assert set(pd.read_csv(path, nrows=0)) <= set(re.findall(r"`([^`]+)`", columns))


def test_every_table_is_documented() -> None:
    documented = (ROOT / "docs/results.md").read_text()
    for path in (ROOT / "results").rglob("*.csv"):
        parts = path.relative_to(ROOT / "results").parts
        parts = parts[parts[0] == "beyond" :]
        name = parts[-1] if len(parts) != 2 else f"{parts[0]}/"
        assert f"{name}" in documented, path


def test_git_carries_of_the_results_what_is_read_there() -> None:
    """The report, its figures as PNG, and tables below 1 MB; all else is DVC's."""
    listed = ["git", "ls-files", "-z", "results"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = [ROOT / name for name in names.split("\0") if name and (ROOT / name).exists()]
    folders = {path.parent.relative_to(ROOT).as_posix() for path in paths}
    assert folders <= {"results", "results/beyond", "results/claims", "results/figures"}
    assert {path.suffix for path in paths} <= {".csv", ".json", ".md", ".png"}
    sizes = [path.stat().st_size for path in paths]
    assert max(sizes) < 1_000_000 and sum(sizes) < 12_000_000


def committed(path: str) -> str:
    """A file as the last commit has it: a run on another processor rewrites results."""
    return subprocess.run(
        ["git", "show", f"HEAD:{path}"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


NUMBERS = pd.read_csv(ROOT / "docs/numbers.csv", keep_default_na=False)
NUMBER = r"-?\d+(?:\.\d+)?"


def row_of(table: str, where: str) -> pd.Series:
    """The one row of a committed table where the columns are as in "arm=index; event=goal"."""
    rows = pd.read_csv(io.StringIO(committed(f"results/{table}")), low_memory=False)
    for column, wanted in re.findall(r"(\w+)=((?:[^;])*)", where):
        values = rows[column]
        is_it = values.isna() if not wanted else values.astype(str) == wanted
        if wanted and pd.api.types.is_numeric_dtype(values):
            is_it = values == float(wanted)
        rows = rows[is_it]
    (index,) = rows.index
    return rows.loc[index]


@pytest.mark.parametrize("entry", NUMBERS.to_dict("records"), ids=lambda entry: entry["said"])
def test_a_number_of_the_pages_is_in_its_row(entry: dict[str, str]) -> None:
    assert entry["said"] in " ".join(committed(entry["page"]).split())
    row = row_of(entry["table"], entry["row"])
    numbers = re.findall(rf"({NUMBER})(%?)", entry["said"])
    columns = entry["columns"].split(" ")
    assert len(numbers) == len(columns)
    for (said, percent), column in zip(numbers, columns, strict=True):
        value = row["k"] / row["n"] if column == "k/n" else row[column]
        digits = len(said.partition(".")[2])
        assert value * (100 if percent else 1) == pytest.approx(
            float(said), abs=0.5001 * 10**-digits
        )


def test_every_number_among_the_results_of_the_readme_names_its_row() -> None:
    """But targets, what a benchmark prints, and how many models there are."""
    text = committed("README.md")
    results = text[text.index("## What comes out") : text.index("## How it is made")]
    targets = rf"targets? (?:return )?(?:from |between )?{NUMBER}(?: (?:to|and) {NUMBER})?"
    for paragraph in re.split(r"\n(?=\n|- )", results):
        if "python -m benchmarks" in paragraph:
            continue
        said = re.sub(targets, "", " ".join(paragraph.split()))
        for entry in NUMBERS["said"]:
            said = said.replace(entry, "")
        assert re.findall(r"\d+\.\d+|\d+%|\d+ of \d+", said) == [], paragraph


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_readme_begins_with_what_it_is_its_limits_and_where_it_comes_from() -> None:
    first = "\n".join((ROOT / "README.md").read_text().splitlines()[:20])
    for said in ("lesswrong.com/posts/", "github.com/jbloomAus/", "Its limits:"):
        assert said in first


def test_what_the_pages_name_is_there() -> None:
    """Commands of dtlens, stages of models, files that stages make, and links."""
    index = Repo(ROOT).index
    stages = {stage.name for stage in index.stages if isinstance(stage, PipelineStage)}
    made = {out.def_path for out in index.outs}
    commands = {command.name for command in app.registered_commands}
    for page in PAGES:
        text = page.read_text()
        named = set(re.findall(r"\./run dtlens (\w+)", text))
        assert named <= commands, page
        assert set(re.findall(r"\b[a-z_]+@1L-\S+?-s\d\b", text)) <= stages, page
        files = re.findall(r"\b(?:results|data)/[\w/.-]+\.(?:csv|png|safetensors)", text)
        ours = [file for file in files if not {"MODEL", "NAME"} & set(re.split(r"[/.]", file))]
        assert set(ours) <= made, page
        links = re.findall(r"\]\(([^)#:]+?)(?:#[\w-]+)?\)", text)
        assert all((page.parent / link).exists() for link in links), page
        inside = re.findall(r"\]\(#([\w-]+)\)", text)
        heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}
        assert set(inside) <= anchors, page
