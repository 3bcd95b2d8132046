"""What we write of dvc.lock is what DVC would write, and read back."""

from collections import OrderedDict
from copy import deepcopy
from pathlib import Path

from dvc.utils.serialize import dump_yaml, load_yaml
from workflow.lockfile import modify, read

# By YAML 1.2, which DVC reads, the first MD5 unquoted is a number and the second is none.
STAGE = {
    "cmd": "python -m dtlens.training 4096 1L-16d-2h-1k-index-s1",
    "deps": [
        {"path": "a.csv", "md5": "12e45678901234567890123456789012", "size": 1},
        {"path": "b.csv", "md5": "1234567890123456789012345678901e", "size": 20},
        {"path": "c.csv", "md5": "12345678901234567890123456789012", "size": 300},
    ],
    "params": {"params.yaml": {"share": 0.1, "rate": 0.001, "frozen": True, "of": []}},
}


def test_a_lock_is_written_as_dvc_writes_it(tmp_path: Path) -> None:
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    path = str(tmp_path / "dvc.lock")
    with modify(path, None) as data:
        assert data == {}
        data.update({"schema": "2.0", "stages": OrderedDict(first=STAGE)})
    with modify(path, None) as data:
        data["stages"]["second"] = deepcopy(STAGE)
    expected = {"schema": "2.0", "stages": {"first": STAGE, "second": deepcopy(STAGE)}}
    assert read(path) == load_yaml(path) == expected
    dump_yaml(tmp_path / "by_dvc", expected)
    assert Path(path).read_text() == (tmp_path / "by_dvc").read_text()
