from pathlib import Path

import figure_tables as tables
from figure_tables import NAME, RTGS, chosen

from dtlens.base.files import write_csv
from dtlens.figures import (
    ablation,
    attention,
    attribution,
    calibration,
    embeddings,
    maps,
    neurons,
    of_model,
    patching,
    paths,
    scan,
)
from dtlens.figures.style import FRONT_COLOURS, PREFERENCE
from dtlens.task.dynamic_obstacles import FRONTS


def titles(figure):
    return [panel.get_title() for panel in figure.axes]


def labels(figure):
    return [[text.get_text() for text in legend.get_texts()] for legend in figure.legends]


def heights(axes):
    """The values of each of a panel's sets of points with intervals."""
    return [container.lines[0].get_ydata().tolist() for container in axes.containers]


def test_calibration_names_the_model_beside_its_outcomes():
    curve, outcomes = calibration.page(NAME, tables.calibration()).axes
    assert NAME in curve.get_legend_handles_labels()[1]
    assert len(outcomes.collections) == 4


def test_ablation_has_a_panel_for_each_evidence_and_reward_to_go():
    table = tables.ablation()
    figure = ablation.page(NAME, table)
    assert titles(figure) == ["reward-to-go -1", "reward-to-go 0.9"] * 2
    assert [bool(panel.get_ylabel()) for panel in figure.axes] == [True, False] * 2
    assert "placed scenes" in figure.axes[0].get_ylabel()
    places = [(evidence, rtg) for evidence in ("bank", "play") for rtg in RTGS]
    for panel, (evidence, rtg) in zip(figure.axes, places, strict=True):
        assert heights(panel) == [
            chosen(table, evidence=evidence, rtg=rtg, reference=reference)
            for reference in ("none", "mean")
        ]
    assert labels(figure) == [["whole model", "without L0H0"]]
    assert figure.get_suptitle().startswith(f"{NAME}: each component replaced by its mean")


def test_attribution_has_a_panel_for_each_reward_to_go():
    table = tables.attribution()
    figure = attribution.page(NAME, table)
    assert titles(figure) == ["reward-to-go -1", "reward-to-go 0.9"]
    for panel, rtg in zip(figure.axes, RTGS, strict=True):
        written = [f"{value:+.2f}" for value in chosen(table, rtg=rtg)]
        assert [text.get_text() for text in panel.texts] == written
    assert figure.get_suptitle().startswith(f"{NAME}: what each component adds to {PREFERENCE}")


def test_scan_has_contributions_by_front_above_and_two_legends_for_all():
    table = tables.scan()
    figure = scan.page(NAME, table)
    above, below = figure.axes[:3], figure.axes[3:]
    fronts = ["obstacle", "goal_from_top", "wall"]
    assert titles(figure)[:3] == ["obstacle in front", "goal from top in front", "wall in front"]
    for panel, front in zip(above, fronts, strict=True):
        line = next(line for line in panel.lines if line.get_label() == "L0H0")
        shown = chosen(table, measure="contribution", component="L0H0", front=front)
        assert line.get_ydata().tolist() == shown
    said = [panel.get_ylabel() for panel in figure.axes[:5]]
    assert said == [f"part in {PREFERENCE}", "", "", "P(forward)", "attention to the reward-to-go"]
    assert not below[2].axison and not any(panel.get_legend() for panel in figure.axes)
    assert [legend.get_title().get_text() for legend in figure.legends] == [
        "upper row",
        "lower row",
    ]
    of_parts, of_fronts = labels(figure)
    assert of_parts == ["state", "L0H0", "L0MLP", "sum, all parts"]
    assert {"obstacle", "goal from left", "L0H0", "L0H1"} <= set(of_fronts)


def test_state_maps_show_forward_against_right_in_their_units():
    table = tables.maps()
    figure = maps.state_page(NAME, table)
    *panels, channels, objects, spread = figure.axes
    assert [panel.get_title() for panel in panels if panel.get_visible()] == [
        *("object", "goal"),
        *("object", "cell"),
    ]
    scales = [bar.get_ylabel() for bar in (channels, objects, spread)]
    assert [scale.splitlines()[0] for scale in scales] == [
        "logits per unit",
        "logits, when put",
        "logits, spread",
    ]
    shown = chosen(table, circuit="embedding", measure="weight", onto="F-R", of="object")
    assert panels[0].images[0].get_array()[2, 1] == shown[7 * 1 + 2]  # y, x of rows by x, y
    assert PREFERENCE in figure.get_suptitle()


def test_qk_maps_are_of_the_highest_reward_to_go():
    table = tables.maps()
    figure = maps.qk_page(NAME, table)
    assert figure.get_suptitle().endswith("gradient at reward-to-go 0.9")
    shown = chosen(table, measure="gradient", rtg=0.9, head="L0H1", of="object")
    assert figure.axes[1].get_ylabel() == "L0H1"
    assert figure.axes[1].images[0].get_array()[2, 1] == shown[7 * 1 + 2]


def test_ov_maps_are_of_forward_against_right():
    table = tables.maps()
    first, second, bar = maps.ov_page(NAME, table).axes
    for panel, head in ((first, "L0H0"), (second, "L0H1")):
        shown = chosen(table, circuit="OV", onto="F-R", head=head)
        assert panel.get_ylabel() == head
        assert panel.images[0].get_array()[2, 1] == shown[7 * 1 + 2]
    assert bar.get_ylabel().startswith("logits, when put")


def test_attention_has_a_panel_for_each_measure_and_reward_to_go():
    table = tables.attention()
    figure = attention.page(NAME, table)
    assert titles(figure) == ["reward-to-go -1", "reward-to-go 0.9", "", ""]
    places = [(measure, rtg) for measure in ("attention", "score") for rtg in RTGS]
    for panel, (measure, rtg) in zip(figure.axes, places, strict=True):
        assert heights(panel) == [
            chosen(table, measure=measure, rtg=rtg, head=head) for head in ("L0H0", "L0H1")
        ]
    assert figure.axes[0].get_ylim() == (-0.03, 1.03) != figure.axes[2].get_ylim()
    said = [panel.get_ylabel() for panel in figure.axes]
    assert said == ["attention to the RTG", "", "log odds of the RTG\nagainst the state", ""]
    assert labels(figure) == [["L0H0", "L0H1"]]


def test_embeddings_show_time_on_forward_against_right():
    time = tables.time_embedding()
    figure = embeddings.page(NAME, tables.rtg_embedding(), time)
    left, right, _ = figure.axes
    assert [left.get_title(), right.get_title()] == [
        "RTG embedding",
        f"time embedding, onto {PREFERENCE}",
    ]
    assert right.lines[-1].get_ydata().tolist() == chosen(time, onto="F-R")


def test_patching_is_of_logits_and_paths_of_the_trained_model():
    table = tables.patching()
    panel = patching.page(NAME, table).axes[0]
    trained = {"measure": "logit_difference", "weights": "trained", "pair": "front", "rtg": -1.0}
    shown = [container.lines[0].get_xdata().tolist() for container in panel.containers]
    assert shown == [
        [
            value
            for part in ("token", "output")
            for value in chosen(table, front=front, part=part, **trained)
        ]
        for front in FRONTS
    ]
    table = tables.paths()
    panel = paths.page(NAME, table).axes[0]
    assert [container.lines[0].get_ydata().tolist() for container in panel.containers] == [
        chosen(table, front=front, path="L0MLP", **trained) for front in FRONTS
    ]
    colours = [container.lines[0].get_color() for container in panel.containers]
    assert colours == list(FRONT_COLOURS.values())


def test_neurons_are_those_behind_refusing_a_collision_when_told_high_and_the_goal_when_low():
    table = tables.neurons()
    figure = neurons.page(NAME, table)
    refused = [
        ("obstacle", 0.9, "asked for 0.9 rather than -1"),
        ("goal_from_top", -1.0, "asked for -1 rather than 0.9"),
    ]
    for panel, (front, rtg, said) in zip(figure.axes, refused, strict=True):
        values = chosen(table, pair="rtg", front=front, rtg=rtg)
        assert [bar.get_width() for bar in panel.patches] == values
        first, second, third = panel.get_title().splitlines()
        assert (first, second) == (f"{front.replace('_', ' ')} in front", said)
        assert third == f"MLP {2 * sum(values):+.1f} logits, 50% in these neurons"


def test_every_page_of_a_model_is_saved_under_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("calibration", "ablation", "attribution"):
        write_csv(Path(f"results/{name}/{NAME}.csv"), getattr(tables, name)())
    for name in ("scan", "maps", "attention", "rtg_embedding", "time_embedding"):
        write_csv(Path(f"results/circuits/{NAME}/{name}.csv"), getattr(tables, name)())
    for name in ("patching", "paths", "neurons"):
        write_csv(Path(f"results/interventions/{NAME}/{name}.csv"), getattr(tables, name)())
    saved = {}
    monkeypatch.setattr(of_model, "save", lambda figure, stem: saved.update({stem: figure}))
    of_model.main(NAME)
    assert {stem.parent for stem in saved} == {Path(f"results/figures/{NAME}")}
    said = {stem.name: figure.get_suptitle() for stem, figure in saved.items()}
    assert said.pop("calibration") == ""  # its curve has the name
    assert all(title.startswith(f"{NAME}: ") for title in said.values())
    assert len(set(said.values())) == 11
