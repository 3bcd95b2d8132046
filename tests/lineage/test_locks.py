"""What is read of a dvc.lock: also of one whose writing was cut short."""

from dtlens.lineage.locks import Entry, Lock

TEXT = """\
schema: '2.0'
stages:
  scenes:
    cmd: python -m dtlens.analysis.scenes.build
    deps:
    - path: src/dtlens/base
      hash: md5
      md5: 7252a6aeb4ccdc454e52c6ca8f6f708b.dir
    - path: src/dtlens/env
      hash: md5
      md5: b737faaf9e841c6189c6ebb772ba2d20.dir
"""


def test_an_entry_without_its_whole_md5_is_none() -> None:
    first = Entry("src/dtlens/base", "7252a6aeb4ccdc454e52c6ca8f6f708b.dir")
    second = Entry("src/dtlens/env", "b737faaf9e841c6189c6ebb772ba2d20.dir")
    assert Lock(TEXT)["scenes"].inputs == [first, second]
    for cut in (1, 5, 30, 45):  # the line's end, "dir", most of the number, "md5: " too
        assert Lock(TEXT[:-cut])["scenes"].inputs == [first]


def test_two_locks_are_one_pipelines() -> None:
    beyond = """\
schema: '2.0'
stages:
  rooms:
    cmd: python -m dtlens.rooms
    deps:
    - path: data/scenes.parquet
      md5: 0b64ca8c26ec9b0ccb0b9b6d0a2a7e1f
    outs:
    - path: results/beyond/rooms.csv
      md5: 1f2fca8c26ec9b0ccb0b9b6d0a2a7e1f
"""
    both = Lock(TEXT, beyond)
    assert list(both) == ["scenes", "rooms"]
    assert both.makers == {"results/beyond/rooms.csv": "rooms"}
    assert list(Lock(TEXT, "")) == ["scenes"]
