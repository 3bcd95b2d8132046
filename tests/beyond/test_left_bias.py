import numpy as np

from dtlens.beyond.attainable_returns.left_bias import left_bias


def policies(bias):
    """At target return 1, in 200 scenes; and the same with numbers added to the logits."""
    logits = np.random.default_rng(1).normal(size=(200, 3))
    return [
        rows - np.logaddexp.reduce(rows, axis=-1, keepdims=True) for rows in (logits + bias, logits)
    ]


def test_a_left_bias_is_found_and_explains_all():
    table = left_bias(*policies([0.7, 0, 0]), seed=1).set_index("bias")
    np.testing.assert_allclose(table["logits"], 0.7, atol=1e-4)
    np.testing.assert_allclose(table["value"], 1, atol=1e-6)
    assert (table["divergence"] > 0.01).all()


def test_a_bias_to_the_right_is_no_bias_to_the_left():
    """One to left makes forward less likely too, which is no help; one to any action is found."""
    table = left_bias(*policies([0, 2.0, 0]), seed=1).set_index("bias")
    assert table.loc["left", "value"] < 0.5 and table.loc["any", "value"] > 0.999


def test_what_hangs_on_the_scene_no_bias_explains():
    generator = np.random.default_rng(2)
    there, here = (np.log(generator.dirichlet(np.ones(3), 2000)) for _ in range(2))
    table = left_bias(there, here, seed=1).set_index("bias")
    assert 0 <= table.loc["left", "value"] < 0.05
    assert table.loc["any", "low"] <= table.loc["any", "value"] <= table.loc["any", "high"]
