"""The study's claims about what ablations do, with the rules to judge them by.

Heads are told apart by what they do: the obstacle head is the one that carries most of obstacle
refusal, the goal head of refusing the goal from the top.
"""

from typing import Any

from dtlens.claims.evidence import Model
from dtlens.claims.judge import Claim, Statement
from dtlens.task.dynamic_obstacles import HIGH, LOW

OBSTACLE_HEAD, GOAL_HEAD, MLP = "obstacle_refusal", "goal_refusal_from_top", "L0MLP"


def change(
    model: Model, component: str, evidence: str, event: str, rtg: float, reference: str = "mean"
) -> float:
    """What an ablation adds to P(forward) (bank) or to the share of episodes that end so (play)."""
    where: dict[str, Any] = {"evidence": evidence, "event": event, "rtg": rtg}
    edited = model.value("ablation", component=component, reference=reference, **where)
    return edited - model.value("ablation", component="whole", **where)


CLAIMS = [
    Claim(
        9,
        "Ablating one head: enters the goal from the top, told -1",
        "head 0, figure 7; mean is like zero",
        "figures/roles.png",
        [
            Statement(
                "P(forward | goal from the top), goal head ablated by its mean, change",
                lambda m: change(m, m.head_of(GOAL_HEAD), "bank", "goal_from_top", LOW),
                above=0.1,
            ),
            Statement(
                "the same by zero, less by the mean",
                lambda m: (
                    change(m, m.head_of(GOAL_HEAD), "bank", "goal_from_top", LOW, "zero")
                    - change(m, m.head_of(GOAL_HEAD), "bank", "goal_from_top", LOW)
                ),
                above=-0.1,
                below=0.1,
            ),
        ],
    ),
    Claim(
        10,
        "Ablating another head: hits obstacles, told 0.9",
        "head 1, figure 7",
        "figures/roles.png",
        [
            Statement(
                "P(forward | obstacle), obstacle head ablated, change",
                lambda m: change(m, m.head_of(OBSTACLE_HEAD), "bank", "obstacle", HIGH),
                above=0.1,
            ),
            Statement(
                "collisions an episode, obstacle head ablated, change",
                lambda m: change(m, m.head_of(OBSTACLE_HEAD), "play", "obstacle", HIGH),
                above=0.1,
            ),
        ],
    ),
    Claim(
        11,
        "Ablating the MLP: enters the goal from the left, told -1",
        "figure 7",
        "figures/roles.png",
        [
            Statement(
                "P(forward | goal from the left), MLP ablated, change",
                lambda m: change(m, MLP, "bank", "goal_from_left", LOW),
                above=0.1,
            )
        ],
    ),
    Claim(
        28,
        "The goal head does not push into the goal told 0.9, nor the other into obstacles told -1",
        "in words",
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/ablation.png",
        [
            Statement(
                "goals told 0.9, goal head ablated, change",
                lambda m: change(m, m.head_of(GOAL_HEAD), "play", "goal", HIGH),
                above=-0.1,
                below=0.1,
            ),
            Statement(
                "collisions told -1, obstacle head ablated, change",
                lambda m: change(m, m.head_of(OBSTACLE_HEAD), "play", "obstacle", LOW),
                above=-0.1,
                below=0.1,
            ),
        ],
    ),
]
