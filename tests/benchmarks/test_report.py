"""The page and the chart of the results."""

from pathlib import Path
from xml.etree.ElementTree import fromstring

from benchmarks import report
from benchmarks.lab import Lab
from benchmarks.results import Result, load, result, save
from benchmarks.rounds import Case, Rounds
from benchmarks.rows import Goal, Row


def nothing(_lab: Lab) -> Rounds:
    yield {}


ROWS = (
    Row("this service", "other <&>", Goal(2)),
    Row("this service", None, Goal(50), "requests/s"),
)
CASE = Case("fast", "GET /fast", "requests/s", nothing, ROWS)
BIG = Case("big", "needs more", "s", nothing, (Row("a", None, Goal(1.7)),), needs="needs 3 cores")
UNMEASURED = Case("unmeasured", "not yet", "s", nothing, ROWS)
RESULT = Result(
    [{"this service": 30.0, "other <&>": 10.0}, {"this service": 3000.0, "other <&>": 1000.0}],
    "2026-01-02",
    "abc",
    "a machine",
    {"Python": "3.13"},
)


def test_the_page_has_each_row_with_its_verdict(tmp_path: Path) -> None:
    report.write([CASE, BIG, UNMEASURED], {"fast": RESULT}, tmp_path)
    page = (tmp_path / "README.md").read_text()
    assert "| fast | this service ÷ other <&> | 3.00 | 3.00–3.00 | ≥ 2 | reached |" in page
    assert "| this service | 1,515 requests/s | 772–2,258 | ≥ 50 requests/s | reached |" in page
    assert "| big | a |  |  | ≥ 1.7 | needs 3 cores |" in page
    assert "2 rounds, 2026-01-02, commit abc, a machine." in page
    assert "| other <&> | 505 | 10.0 | 1,000 |" in page
    assert "| unmeasured | this service ÷ other <&> |  |  | ≥ 2 | not measured |" in page


def test_the_chart_is_xml_with_a_bar_for_each_side(tmp_path: Path) -> None:
    report.write([CASE], {"fast": RESULT}, tmp_path)
    svg = fromstring((tmp_path / "ratios.svg").read_text())  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    texts = [text.text for text in svg.findall(f"{space}text")]
    assert texts == ["GET /fast", "this service", "1,515", "other <&>", "505"]
    own, other = svg.findall(f"{space}rect")
    assert own.get("class") == "own"
    assert float(own.attrib["width"]) > 2.9 * float(other.attrib["width"])


def test_without_a_figure_there_is_no_chart(tmp_path: Path) -> None:
    report.write([UNMEASURED], {}, tmp_path)
    assert "svg" not in (tmp_path / "README.md").read_text()
    assert not (tmp_path / "ratios.svg").exists()


def test_results_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    assert load(file) == {}
    measured = result([{"a": 1.0}])
    assert "cores" in measured.machine
    assert measured.versions["django"]
    save({"fast": measured}, file)
    assert load(file) == {"fast": measured}
