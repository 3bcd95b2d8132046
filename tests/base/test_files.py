import subprocess
import sys

import pandas as pd
import pytest

from dtlens.base.errors import UserError
from dtlens.base.files import atomic_write, read_csv, write_csv

WRITE = """
import pandas as pd, pathlib, sys
from dtlens.base.files import write_csv
write_csv(pathlib.Path(sys.argv[1]), pd.DataFrame({"a": [2]}))
"""


def test_two_processes_that_write_one_path_do_not_mix(tmp_path):
    path = tmp_path / "table.csv"
    with atomic_write(path) as ours:
        ours.write_text("a\n")
        subprocess.run([sys.executable, "-c", WRITE, path], check=True)
        assert path.read_text() == "a\n2\n"
        with ours.open("a") as file:
            file.write("1\n")
    assert path.read_text() == "a\n1\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_write(path) as ours:
        ours.write_text("new")
        1 / 0  # noqa: B018
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_table_cut_within_a_line_is_refused(tmp_path):
    path = tmp_path / "table.csv"
    table = pd.DataFrame({"a": [1, 2], "b": [3.25, 4.5]})
    write_csv(path, table)
    pd.testing.assert_frame_equal(read_csv(path), table)
    path.write_bytes(path.read_bytes()[:-2])  # 4.5 would be read as 4
    with pytest.raises(UserError, match=r"table.csv: not a table: its last line is cut short"):
        read_csv(path)
