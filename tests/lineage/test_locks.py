"""What is read of a dvc.lock: also of one whose writing was cut short."""

from dtlens.lineage.locks import Entry, Lock

TEXT = """\
schema: '2.0'
stages:
  scenes:
    cmd: python -m dtlens.scenes
    deps:
    - path: src/dtlens/base
      hash: md5
      md5: 7252a6aeb4ccdc454e52c6ca8f6f708b.dir
    - path: src/dtlens/task
      hash: md5
      md5: b737faaf9e841c6189c6ebb772ba2d20.dir
"""


def test_an_entry_without_its_whole_md5_is_none() -> None:
    first = Entry("src/dtlens/base", "7252a6aeb4ccdc454e52c6ca8f6f708b.dir")
    second = Entry("src/dtlens/task", "b737faaf9e841c6189c6ebb772ba2d20.dir")
    assert Lock(TEXT)["scenes"].inputs == [first, second]
    for cut in (1, 5, 30, 45):  # the line's end, "dir", most of the number, "md5: " too
        assert Lock(TEXT[:-cut])["scenes"].inputs == [first]
