"""What the documents say of the results is so."""

import re
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
ROWS = re.findall(
    r"^\| `([\w/*]+\.csv)` \| [^|]+ \| (.+) \|$",
    (ROOT / "docs/results.md").read_text(),
    re.MULTILINE,
)
# Tables whose columns are too many, or those of a module that is named there.
SHORT = {"grid.csv", "seeds.csv", "readings.csv"}


@pytest.mark.parametrize(("pattern", "columns"), ROWS)
def test_every_column_of_a_table_is_documented(pattern: str, columns: str) -> None:
    path = next((ROOT / "results").glob(pattern.replace("RUN", "*")), None)
    if path is None:
        pytest.skip(f"no {pattern} here: `dvc pull` brings it")
    if pattern not in SHORT:
        assert set(pd.read_csv(path, nrows=0)) <= set(re.findall(r"`([^`]+)`", columns))


def test_every_table_is_documented() -> None:
    documented = (ROOT / "docs/results.md").read_text()
    for path in (ROOT / "results").rglob("*.csv"):
        parts = path.relative_to(ROOT / "results").parts
        name = parts[-1] if len(parts) != 2 or parts[0] == "trajectories" else f"{parts[0]}/"
        assert f"{name}" in documented, path
