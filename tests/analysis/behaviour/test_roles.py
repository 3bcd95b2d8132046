import pandas as pd
import pytest

from dtlens.analysis.behaviour.roles import roles

# The Shapley value of P(forward) at the lowest and the highest reward-to-go, on each half.
FORWARD = {
    "obstacle": {"L0H0": ((0.1, -0.3), (0.1, -0.2)), "L0H1": ((0.0, -0.4), (0.0, -0.1))},
    "wall": {"L0H0": ((0.5, 0.2), (0.5, 0.2)), "L0H1": ((-0.5, 0.1), (-0.5, 0.1))},
    "goal_from_top": {"L0H0": ((-0.6, 0.9), (-0.5, 0.9)), "L0H1": ((0.2, -0.9), (0.1, -0.9))},
}
FORWARD["goal_from_left"] = FORWARD["goal_from_top"]
MLP = ((-0.9, -0.9), (-0.9, -0.9))


def shapley():
    rows = []
    for front, heads in FORWARD.items():
        for component, halves in (heads | {"L0MLP": MLP}).items():
            for half, ends in zip(("choosing", "testing"), halves, strict=True):
                for rtg, value in zip((-1.0, 0.9), ends, strict=True):
                    for reference, factor in (("mean", 1), ("zero", -7)):
                        row = (component, reference, half, front, rtg, factor * value)
                        rows.append((*row, factor * value - 0.01, factor * value + 0.03))
                rows.append((component, "mean", "play", front, -1.0, 5.0, 5.0, 5.0))
    columns = ["component", "reference", "evidence", "event", "rtg", "value", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def test_roles_by_hand():
    table = roles(shapley()).set_index(["behaviour", "component"])
    assert table.shape == (4 * 3, 6)
    # Chosen by the first half, where head 1 has more, though head 0 has in the second.
    second = table.loc[("obstacle_refusal", "L0H1")]
    numbers = second[["choosing", "testing", "low", "high"]]
    assert numbers.tolist() == pytest.approx([0.4, 0.1, 0.07, 0.11])
    assert second["chosen"] and not second["runner_up"]
    assert table.loc[("obstacle_refusal", "L0H0"), "runner_up"]
    # The goal's avoidance is at the lowest reward-to-go.
    assert table.loc[("goal_refusal_from_top", "L0H0"), "testing"] == 0.5
    # The MLP has most of all, but is no head.
    assert not table.xs("L0MLP", level="component")[["chosen", "runner_up"]].any(axis=None)


def test_one_head_may_be_chosen_twice():
    values = shapley()
    head = (values["component"] == "L0H1") & (values["event"] != "wall")
    values.loc[head, "value"] = -2.0
    table = roles(values)
    chosen = table[table["chosen"]].set_index("behaviour")["component"]
    assert chosen["obstacle_refusal"] == chosen["goal_refusal_from_left"] == "L0H1"


def test_without_shapley_values_there_are_no_roles():
    table = roles(shapley().iloc[:0])
    assert table.empty and "runner_up" in table
