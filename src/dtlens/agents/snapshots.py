"""Snapshots of the PPO agent, and their file."""

from dataclasses import dataclass
from pathlib import Path

from dtlens.agents.ppo import Agent
from dtlens.base.errors import UserError
from dtlens.base.tensors import load_tensors, save_tensors

KIND = "ppo_agents"


@dataclass(frozen=True)
class Snapshots:
    """The agent over its training, with the update and the success rate each was taken at."""

    agents: list[Agent]
    updates: list[int]
    success: list[float]


def save_snapshots(path: Path, snapshots: Snapshots) -> None:
    tensors = {
        f"{update}.{name}": tensor
        for update, agent in zip(snapshots.updates, snapshots.agents, strict=True)
        for name, tensor in agent.state_dict().items()
    }
    config = {
        "input": snapshots.agents[0].input,
        "hidden": snapshots.agents[0].hidden,
        "updates": snapshots.updates,
        "success": snapshots.success,
    }
    save_tensors(path, KIND, tensors, config)


def load_snapshots(path: Path) -> Snapshots:
    """Raises `UserError` naming the file if it holds anything else."""
    tensors, config = load_tensors(path, KIND)
    agents = []
    try:
        for update in config["updates"]:
            agent = Agent(config["input"], config["hidden"])
            agent.load_state_dict(
                {name: tensors[f"{update}.{name}"] for name in agent.state_dict()}
            )
            agents.append(agent)
        return Snapshots(agents, config["updates"], config["success"])
    except (KeyError, RuntimeError) as error:
        raise UserError(f"{path}: tensors do not fit its configuration") from error
