"""What Snakemake gets to see of the stages: cells, groups, needs."""

from workflow.rules import Job, by_rule, groups


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
