from xml.etree.ElementTree import fromstring

from app.loadtest.charts import Chart, Line


def test_lines_have_gaps_and_limits_are_drawn() -> None:
    points = [(0.5, 1.0), (1.5, None), (2.5, 3.0), (3.5, 4.0)]
    chart = Chart("Rate <all>", "req/s", [Line("of & all", "a", points)], [5.0], warmup=1)
    figure = fromstring(chart.svg())  # noqa: S314 - our own
    [path] = figure.iter("path")
    assert path.attrib["d"].count("M") == 2
    assert path.attrib["d"].count("L") == 1
    assert len([line for line in figure.iter("line") if line.attrib["class"] == "limit"]) == 1
    names = list(figure.iter("span"))
    assert ["".join(name.itertext()) for name in names] == ["of & all", "threshold"]
    [shade] = figure.iter("rect")
    assert 0 < float(shade.attrib["width"]) < 300


def test_nothing_to_draw_is_a_chart_too() -> None:
    figure = fromstring(Chart("Rate", "req/s", [Line("none", "a", [])]).svg())  # noqa: S314 - our own
    [path] = figure.iter("path")
    assert path.attrib["d"] == ""
    assert [text.text for text in figure.iter("text")][:2] == ["0", "0 s"]


def test_marks_are_round() -> None:
    for most, text in ((0.09, "0.025"), (5, "4.5"), (1000, "1,200"), (9.9, "7.5")):
        chart = Chart("Rate", "ms", [Line("a", "a", [(1.0, most)])])
        assert f">{text}</text>" in chart.svg()
