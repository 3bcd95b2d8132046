from dtlens.report.figures.style import new_figure, save


def test_equal_figures_give_equal_bytes(tmp_path):
    for name in ("a", "b"):
        figure, (axes,) = new_figure(1, 1, 3, 2)
        axes.plot([0, 1], [0, 1], label="a line")
        axes.legend()
        save(figure, tmp_path / name / "x")
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["x.png", "x.svg"]
    for kind in ("svg", "png"):
        first, second = ((tmp_path / name / f"x.{kind}").read_bytes() for name in ("a", "b"))
        assert first == second
