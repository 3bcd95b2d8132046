import gymnasium
import minigrid  # noqa: F401  (registers the environments)
import numpy as np
import pytest
from minigrid.core.grid import Grid
from minigrid.core.world_object import Ball, Goal

from dtlens.env.dynamic_obstacles import Outcome
from dtlens.env.episodes import make_environments, play_episodes, summarise
from dtlens.env.minigrid import Action, Object, front_object
from dtlens.env.settings import Environment

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=300)


def always(action):
    return lambda episode, t, observation: np.full(len(episode), action, np.uint8)


def play(count, choose, seed=0):
    return list(play_episodes(ENVIRONMENT, count, np.random.SeedSequence(seed), choose))


@pytest.fixture(scope="module")
def random_play():
    rng = np.random.default_rng(0)
    steps = play(400, lambda episode, t, o: rng.integers(0, 3, len(episode)).astype(np.uint8))
    return steps, summarise(steps, 400)


def test_turning_for_ever_times_out_with_nothing():
    episodes = summarise(play(5, always(Action.LEFT)), 5)
    assert set(episodes.outcome) == {Outcome.TIME_OUT}
    assert episodes.length.tolist() == [300] * 5
    assert episodes.episode_return.tolist() == [0.0] * 5


def test_walking_on_hits_the_wall_after_five_free_cells_or_an_obstacle_before():
    steps = play(300, always(Action.FORWARD))
    episodes = summarise(steps, 300)
    assert set(episodes.outcome) == {Outcome.OBSTACLE, Outcome.WALL}
    assert (episodes.episode_return == -1).all()
    assert episodes.length[episodes.outcome == Outcome.WALL].min() == 6


def test_reward_by_what_was_in_front(random_play):
    steps, _ = random_play
    action = np.concatenate([step.action for step in steps])
    front = front_object(np.concatenate([step.observation for step in steps]))
    reward = np.concatenate([step.reward for step in steps])
    blocked = (action == Action.FORWARD) & np.isin(front, [Object.WALL, Object.BALL])
    np.testing.assert_array_equal(reward == -1, blocked)
    assert blocked.sum() > 100


def test_an_episode_that_is_over_is_not_stepped_again(random_play):
    steps, episodes = random_play
    counts = np.bincount(np.concatenate([step.episode for step in steps]))
    np.testing.assert_array_equal(counts, episodes.length)


def test_goal_reward_falls_by_nine_tenths_over_the_time_limit():
    """Right along the top row, down the right column: 11 moves and a turn reach the goal."""
    route = [Action.FORWARD] * 5 + [Action.RIGHT] + [Action.FORWARD] * 5

    def choose(episode, t, observation):
        return np.full(len(episode), route[t] if t < len(route) else Action.LEFT, np.uint8)

    episodes = summarise(play(300, choose), 300)
    reached = episodes.outcome == Outcome.GOAL
    assert reached.sum() > 5
    assert episodes.length[reached].tolist() == [11] * reached.sum()
    np.testing.assert_allclose(episodes.episode_return[reached], 1 - 0.9 * 11 / 300, rtol=1e-6)


def test_same_seed_repeats_and_neighbouring_seeds_share_no_episode():
    def first_views(seed):
        pool = make_environments(ENVIRONMENT, 32, np.random.SeedSequence(seed))
        return pool.reset()[0]["image"]

    np.testing.assert_array_equal(first_views(1), first_views(1))
    # EnvPool's own numbering would make environment i + 1 of seed 1 environment i of seed 2.
    shared = (first_views(1)[1:] == first_views(2)[:-1]).all((1, 2, 3))
    assert shared.mean() < 0.5


def test_views_are_those_of_minigrid():
    """Rebuild what EnvPool's agents see inside MiniGrid; MiniGrid must show the same view."""
    reference = gymnasium.make(ENVIRONMENT.id).unwrapped
    reference.reset(seed=0)
    pool = make_environments(ENVIRONMENT, 64, np.random.SeedSequence(3))
    pool.reset()
    rng = np.random.default_rng(0)
    for _ in range(20):
        observation, _, terminated, truncated, info = pool.step(
            rng.integers(0, 3, 64).astype(np.int32)
        )
    order = np.argsort(info["env_id"])
    for i in order[~(terminated | truncated)[order]]:
        position, direction = tuple(info["agent_pos"][i]), int(observation["direction"][i])
        reference.agent_pos, reference.agent_dir = position, direction
        reference.grid = Grid(8, 8)
        reference.grid.wall_rect(0, 0, 8, 8)
        reference.put_obj(Goal(), 6, 6)
        view = observation["image"][i]
        for x, y in np.argwhere(view[..., 0] == Object.BALL):
            ahead, right = reference.dir_vec, reference.right_vec
            cell = np.array(position) + ahead * (6 - y) + right * (x - 3)
            reference.put_obj(Ball(), *cell)
        np.testing.assert_array_equal(reference.gen_obs()["image"], view)
