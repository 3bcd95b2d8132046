"""Which state of the app each figure speaks of."""

from dataclasses import dataclass, field

# A model that learned to wait.
WAITING = "data/beyond/dt/1L-128d-2h-1k-index-waiting_many-r1-ours-s1.safetensors"
# An obstacle in front of the agent, and the goal.
OBSTACLE = (
    "agent 3 3 right; goal 6 6 green; ball 4 3 blue; ball 2 5 blue; ball 5 2 blue; ball 1 6 blue"
)
GOAL = "agent 6 5 down; goal 6 6 green; ball 4 3 blue; ball 2 5 blue; ball 5 2 blue; ball 1 6 blue"
FLOOR = OBSTACLE.replace("ball 4 3", "ball 4 6")
# As no model has seen it: the obstacles are red, the goal is off the walls.
RED = OBSTACLE.replace("blue", "red")
ELSEWHERE = "agent 3 3 right; goal 4 3 green; ball 2 5 blue; ball 5 2 blue; ball 1 6 blue"


@dataclass(frozen=True)
class Opened:
    """A page, and the parameters of its address."""

    page: str
    address: dict[str, str] = field(default_factory=dict)


def _in(world: str, **others: str) -> dict[str, str]:
    return {"world": world, "start": "10", **others}


STATES = {
    "claims": Opened("play"),
    "calibration": Opened("play", {"rtg": "0"}),
    "grid": Opened("play"),
    "roles": Opened("what_if", _in(OBSTACLE, ablated="L0H0")),
    "ablation": Opened("what_if", _in(OBSTACLE, ablated="L0H0")),
    "attribution": Opened("why", _in(OBSTACLE)),
    "scan": Opened("why", _in(OBSTACLE)),
    "attention_by_front": Opened("why", _in(OBSTACLE)),
    "state_maps": Opened("weights"),
    "ov_maps": Opened("weights"),
    "qk_maps": Opened("weights"),
    "paths": Opened("what_if", _in(OBSTACLE, patched=FLOOR)),
    "agents": Opened("play"),
    "out_of_distribution": Opened("play", {"world": ELSEWHERE}),
    "causal_roles": Opened("why", _in(ELSEWHERE)),
    "training_diversity": Opened("play", {"world": ELSEWHERE}),
    "distillation": Opened("why", _in(OBSTACLE)),
    "attainable_returns": Opened("play", {"rtg": "0.3"}),
    "random_walk": Opened("play", {"rtg": "0.3"}),
    "targets": Opened("play", {"rtg": "0.3"}),
    "extrapolation": Opened("play", {"beyond": "true", "rtg": "3"}),
    "attribution_benchmark": Opened("why", _in(OBSTACLE, file=WAITING, rtg="0.1")),
    "anomaly_flags": Opened("play", {"world": RED}),
    "rank_one_editing": Opened("what_if", _in(RED)),
    "rank_one_editing_play": Opened("play", {"world": RED}),
    "calibration_edit": Opened("why", _in(GOAL, rtg="0.5")),
    "goal_retargeting": Opened("play", {"world": ELSEWHERE}),
}
