"""Which state of the app each figure speaks of."""

from dataclasses import dataclass, field

HEADLINE = "1L-128d-2h-1k-index-ours-r1-ours-s1"
# An obstacle in front of the agent, and the goal.
OBSTACLE = (
    "agent 3 3 right; goal 6 6 green; ball 4 3 blue; ball 2 5 blue; ball 5 2 blue; ball 1 6 blue"
)
GOAL = "agent 6 5 down; goal 6 6 green; ball 4 3 blue; ball 2 5 blue; ball 5 2 blue; ball 1 6 blue"
FLOOR = OBSTACLE.replace("ball 4 3", "ball 4 6")


@dataclass(frozen=True)
class Opened:
    """A page, and the parameters of its address."""

    page: str
    address: dict[str, str] = field(default_factory=dict)


def _in(world: str, **others: str) -> dict[str, str]:
    return {"world": world, "start": "10", **others}


STATES = {
    "claims": Opened("play"),
    "effects": Opened("play"),
    "statements": Opened("play"),
    "game": Opened("play"),
    "calibration": Opened("play", {"rtg": "0"}),
    "grid": Opened("play"),
    "roles": Opened("what_if", _in(OBSTACLE, ablated="L0H0")),
    "ablation": Opened("what_if", _in(OBSTACLE, ablated="L0H0")),
    "attribution": Opened("why", _in(OBSTACLE)),
    "scan": Opened("why", _in(OBSTACLE)),
    "attention_by_front": Opened("why", _in(OBSTACLE)),
    "embeddings": Opened("why", _in(GOAL)),
    "state_maps": Opened("weights"),
    "ov_maps": Opened("weights"),
    "qk_maps": Opened("weights"),
    "composition": Opened("weights"),
    "patching": Opened("what_if", _in(OBSTACLE, patched=FLOOR)),
    "paths": Opened("what_if", _in(OBSTACLE, patched=FLOOR)),
    "over_time": Opened("training", _in(OBSTACLE)),
    "training_curves": Opened("training"),
    "learning_curve": Opened("play"),
    "rtg_histogram": Opened("play"),
}
