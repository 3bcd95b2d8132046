"""What Snakemake gets to see of the stages: cells, groups, needs."""

import re

import pytest

from workflow.rules import Job, any_of, by_rule, groups


@pytest.mark.parametrize(
    "words",
    [["1L-s1"], ["1L-s1", "1L-s10", "1L-s2", "2L-s1"], ["a.b", "a+b", ""], ["aa", "a", "ba", "b"]],
)
def test_a_pattern_of_words_matches_them_and_no_other(words: list[str]) -> None:
    pattern = re.compile(any_of(words))
    assert all(pattern.fullmatch(word) for word in words)
    others = {word[:-1] for word in words} | {f"{word}0" for word in words} | {"a-b", "1L-s3"}
    assert not [word for word in others - set(words) if pattern.fullmatch(word)]


def test_a_pattern_of_thousands_of_cells_branches_at_each_digit() -> None:
    pattern = any_of([f"1L-32d-s{seed}" for seed in range(10_000)])
    assert pattern.startswith(re.escape("1L-32d-s") + "(?:0|1(?:|")
    assert max(map(len, re.findall(r"\d(?:\|\d)+", pattern))) == len("0|1|2|3|4|5|6|7|8|9")


def jobs(rule: str, *cells: str, **needs: int) -> list[Job]:
    return [Job(f"{rule}@{cell}" if cell else rule, [], [], needs) for cell in cells]


def test_rules_of_the_same_cells_are_a_group_and_no_others() -> None:
    rules = by_rule(
        [
            *jobs("agent", "r1", "r2"),
            *jobs("scenes", ""),
            *jobs("train", "a", "b"),
            *jobs("data", "r1", "r2"),
            *jobs("measure", "a", "b"),
            *jobs("more", "a"),
        ]
    )
    names = {"agent": "agent", "data": "agent", "train": "train", "measure": "train"}
    assert groups(rules) == names | {"more": "more"}


def test_each_attempt_has_more_memory_and_minutes() -> None:
    (rule,) = by_rule(jobs("train", "a", "b", mem_mb=3000, runtime=20))
    assert [rule.mem_mb({}, attempt) for attempt in (1, 2, 3)] == [3000, 6000, 9000]
    assert [rule.runtime({}, attempt) for attempt in (1, 2, 3)] == [20, 40, 60]
    assert rule.need("gpu", 0) == 0
