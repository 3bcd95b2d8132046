"""What a model does, whole or ablated, and which of its parts make it do so: as tables.

A policy is a model, with the hooks that are on it, or what `ablate` gives. Settings and seeds are
those of the pipeline, params.yaml's, so that its models get the pipeline's numbers.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from dtlens.analysis.behaviour.ablation import (
    REFERENCES,
    Ablated,
    on_policy_windows,
    reference_pools,
)
from dtlens.analysis.behaviour.avoidance import bank_probabilities
from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.circuits import attribution
from dtlens.analysis.interventions import patching
from dtlens.analysis.lens.components import components
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.of_model import played
from dtlens.analysis.scenes.pairs import Pairs
from dtlens.base.errors import UserError
from dtlens.base.settings import load
from dtlens.env.dynamic_obstacles import FRONTS, OUTCOMES, front_names
from dtlens.env.minigrid import Action
from dtlens.library import judging
from dtlens.library.project import find, in_project
from dtlens.model.transformer import Windows
from dtlens.play import calibration
from dtlens.play.rollouts import play_model

Policy = HookedDecisionTransformer | Ablated
SEED = 1


@contextmanager
def one_thread() -> Iterator[None]:
    """PyTorch on one thread until the block ends: several wait for each other longer than products
    as small as these take, where another process has a core."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def ablate(
    model: HookedDecisionTransformer,
    *names: str,
    reference: str = "mean",
    states: Windows | dict[int, Windows] | None = None,
) -> Ablated:
    """The `model` with the outputs of heads and MLPs replaced together: a policy.

    `names` are those of components, as in "L0H1", "L0MLP". Called on windows it gives the logits at
    each one's last step, float [batch, 1, 3]. `reference` takes an output's place: "mean" (over
    `states`, position by position), "resample" (of one of them, drawn for each window), or "zero".
    `states` are windows, or such by their number of steps; by default `own_states(model)`, which
    takes seconds to play. Raises `UserError` naming a component that the model has not. Source:
    `dtlens.analysis.behaviour.ablation`.
    """
    known = [component.name for component in components(model.model.cell)]
    if unknown := [name for name in names if name not in known]:
        raise UserError(f"{unknown[0]}: this model has {', '.join(known) or 'no components'}")
    if reference not in REFERENCES:
        raise UserError(f"reference: {reference!r} is none of {', '.join(REFERENCES)}")
    seed = SEED
    if states is None:
        states, seed = own_states(model), _own_settings(model).seed
    seen = {states.rtg.shape[1]: states} if isinstance(states, Windows) else states
    ordered = [name for name in known if name in names]
    return Ablated(model.model, ordered, reference_pools(model.model, seen)[reference], seed)


@one_thread()
def own_states(model: HookedDecisionTransformer) -> dict[int, Windows]:
    """Windows that the `model` met in play, by their number of steps: evenly many from each of
    params.yaml's rewards-to-go. For `ablate`. Source: `dtlens.analysis.behaviour.ablation`."""
    with in_project():
        _, environment = played(model.model)
    return on_policy_windows(model.model, _own_settings(model), environment)


def _own_settings(model: HookedDecisionTransformer) -> Behaviour:
    with in_project():
        settings = load("behaviour", Behaviour)
    return settings.model_copy(update={"seed": model.model.cell.own_seed(settings.seed)})


@torch.no_grad()
def choices(policy: Policy, window: Windows) -> pd.DataFrame:
    """What the `policy` makes of one `window`, at its last step.

    Columns: action (left, right, forward), logit, probability.
    """
    logits = policy(window)[0, -1].cpu()
    names = [action.name.lower() for action in Action]
    return pd.DataFrame({"action": names, "logit": logits, "probability": logits.softmax(-1)})


def probabilities(policies: Policy | dict[str, Policy], windows: Windows) -> pd.DataFrame:
    """Mean P(forward) by the object in front, at the last step of each of the `windows`.

    `policies` are one, or several in a dict by name. Columns: policy (its name, "model" for a
    single one), rtg, front, value, low, high (95% bootstrap interval over windows), n (windows).
    Source: `dtlens.analysis.behaviour.avoidance`.
    """
    named = policies if isinstance(policies, dict) else {"model": policies}
    tables = []
    for name, policy in named.items():
        for rtg, part, fronts in _by_rtg(windows):
            table = bank_probabilities(policy, {rtg: part}, fronts, SEED)
            table = table[table["event"].isin(FRONTS)].rename(columns={"event": "front"})
            tables.append(table.assign(policy=name))
    columns = ["policy", "rtg", "front", "value", "low", "high", "n"]
    return pd.concat(tables, ignore_index=True)[columns]


@one_thread()
def rollouts(
    policy: Policy, rtg: float | Sequence[float] = 0.9, episodes: int = 100, seed: int = SEED
) -> pd.DataFrame:
    """Whole episodes that the `policy` plays, always with the likeliest action.

    So many `episodes` at the target reward-to-go `rtg`, or at each of several. A row an episode;
    columns: rtg, outcome (goal, obstacle, wall, time_out), episode_return, length (steps). Policies
    that are given the same `seed` meet the same games. An episode ends with the timesteps that the
    model knows, if not before. Source: `dtlens.play.rollouts`.
    """
    model = policy.model
    with in_project():
        _, environment = played(model)
    targets = np.repeat(np.atleast_1d(np.asarray(rtg, float)), episodes)
    if np.abs(targets).max(initial=0) > 1 or not len(targets):
        raise UserError(f"rtg: returns are from -1 to 1, of at least 1 episode; {rtg} was given")
    done = play_model(policy, model.cell.context, targets, environment, seed)
    return pd.DataFrame(
        {
            "rtg": targets,
            "outcome": np.array(OUTCOMES)[done.outcome],
            "episode_return": done.episode_return,
            "length": done.length,
        }
    )


@one_thread()
def calibrate(policy: Policy, episodes: int = 60) -> pd.DataFrame:
    """Does the return of the `policy` follow its target? So many `episodes` at each of
    params.yaml's targets.

    Columns: rtg; mean_return, low, high (95% bootstrap interval over episodes); sd; mean_length
    (steps); goal, obstacle, wall, time_out (shares of episodes that end so); episodes. A model of
    the pipeline meets the pipeline's own games. Source: `dtlens.play.calibration`.
    """
    with in_project():
        settings, environment = played(policy.model)
    return calibration.calibrate(policy, policy.model.cell.context, settings, episodes, environment)


def attribute(model: HookedDecisionTransformer, windows: Windows) -> pd.DataFrame:
    """Direct logit attribution of forward over right in the `model`, at the last step of each of
    the `windows`, in logits.

    Columns: rtg, front, component (state, time, position, heads, MLPs, biases, and "whole", their
    sum), value (mean), low, high (95% bootstrap interval over windows), n. The residual stream is a
    sum without LayerNorm, so that parts add up exactly. Source:
    `dtlens.analysis.circuits.attribution`.
    """
    tables = [
        attribution.attribute(model, {rtg: part}, fronts, SEED)
        for rtg, part, fronts in _by_rtg(windows)
    ]
    return pd.concat(tables, ignore_index=True)


def patch(model: HookedDecisionTransformer, clean: Windows, corrupted: Windows) -> pd.DataFrame:
    """Activation patching: the share of an effect that each component of the `model` carries.

    An activation of a `clean` window takes its place in its `corrupted` one, in the same row, both
    of one timestep. Columns: front (of the clean window), measure ("logit_difference", forward
    less right, or "probability" of forward), component (tokens, heads, MLPs), part (what is patched
    of it: "token", "output", "pattern", "values"; "output_preference", "output_random": its output
    along one direction), effect (mean of clean less corrupted), value (share of it that is
    restored), low, high (95% bootstrap interval over pairs), n. Source:
    `dtlens.analysis.interventions.patching`.
    """
    shapes = [tuple(windows.rtg.shape) for windows in (clean, corrupted)]
    if shapes[0] != shapes[1] or shapes[0][1] != 1:
        raise UserError(f"patch: pairs are of 1 timestep, in the same rows; {shapes} were given")
    if not model.model.cell.layers:
        raise UserError("patch: this model has no layers, and so no components")
    fronts = _fronts(clean)
    pairs = Pairs("own", float(clean.rtg[0, 0]), fronts, clean, corrupted)
    changes = patching.patch(model, pairs, SEED)
    return patching.shares(changes, fronts, np.random.default_rng(SEED))


@one_thread()
def judge(model: str | Path) -> pd.DataFrame:
    """Every claim of the study, asked of one `model`, given as to `load`; takes a minute.

    Columns: claim, measure, reference, value, low, high (95% interval), n, unit, above, below (the
    bounds of the claim), holds (1 or 0; no number where there is no bound). Settings are those of
    params.yaml. Source: `dtlens.report.claims`, as `dtlens judge` and the report have it.
    """
    path = find(model)
    with in_project():
        return judging.judge(path)


def _fronts(windows: Windows) -> "pd.Series[str]":
    return pd.Series(front_names(windows.observation[:, -1].numpy()).astype(str))


def _by_rtg(windows: Windows) -> Iterator[tuple[float, Windows, "pd.Series[str]"]]:
    """The windows of each reward-to-go (at the last step), and what is in front in them."""
    last = windows.rtg[:, -1]
    for rtg in last.unique():
        part = windows.select(last == rtg)
        yield round(float(rtg), 6), part, _fronts(part)
