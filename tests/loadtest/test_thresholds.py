import pytest

from app.loadtest.exit_codes import ExitCode
from app.loadtest.samples import Totals
from app.loadtest.thresholds import Threshold, parse, quantile


def totals() -> Totals:
    """100 requests of 1, 2, … 100 ms, of which the last four failed."""
    made = Totals()
    for number in range(1, 101):
        made.add(number, 200, "broken" if number > 96 else None)
    return made


def only(text: str) -> Threshold:
    [threshold] = parse(text)
    return threshold


def test_a_file_of_them() -> None:
    text = "p95<200ms, errors<0.1%  # both\n\n# none\nGET /api/notes: p99.9<1.5s\nrps>500"
    assert [(t.endpoint, t.metric, t.limit) for t in parse(text)] == [
        (None, "p95", 200),
        (None, "errors", 0.001),
        ("GET /api/notes", "p99.9", 1500),
        (None, "rps", 500),
    ]
    assert parse("") == []


@pytest.mark.parametrize(
    ("text", "measured", "shown"),
    [
        ("p95<96ms", 95, "95.0 ms"),
        ("p50<96ms", 50, "50.0 ms"),
        ("median<96ms", 50, "50.0 ms"),
        ("mean<96ms", 50.5, "50.5 ms"),
        ("max<200ms", 100, "100 ms"),
        ("errors<5%", 0.04, "4 %"),
        ("rps>9", 9.6, "9.6 req/s"),
    ],
)
def test_each_figure(text: str, measured: float, shown: str) -> None:
    threshold = only(text)
    found = threshold.measured(totals(), seconds=10)
    assert found == pytest.approx(measured, rel=0.01)
    assert threshold.shown(measured) == shown
    assert threshold.holds(found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("p95<94ms", ExitCode.LATENCY),
        ("max<99ms", ExitCode.LATENCY),
        ("errors<4%", ExitCode.ERRORS),
        ("rps>9.6", ExitCode.THROUGHPUT),
    ],
)
def test_the_wrong_side_of_each(text: str, code: ExitCode) -> None:
    threshold = only(text)
    assert not threshold.holds(threshold.measured(totals(), seconds=10))
    assert threshold.code is code


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = {
        "p95<200": "'200' is no time such as 200ms or 1.5s",
        "p95>200ms": "p95 takes <",
        "rps<5": "rps takes >",
        "rps>many": "'many' is no number of requests per second such as 500",
        "errors<101%": "'101%' is no percentage from 0% to 100%",
        "p0<1s": "p0 is not known; there are median, mean, max, p50 to p99.9, errors or rps",
        "p100<1s": "p100 is not known; there are median, mean, max, p50 to p99.9, errors or rps",
        "speed<1s": "speed is not known; there are median, mean, max, p50 to p99.9, errors or rps",
        "fast": "write them as p95<200ms, errors<0.1%, rps>500",
    }
    with pytest.raises(ValueError, match="is no threshold") as caught:
        parse(", ".join(wrong))
    expected = [f"{item!r} is no threshold: {why}" for item, why in wrong.items()]
    assert str(caught.value).splitlines() == expected


def test_percentiles_by_name() -> None:
    assert quantile("p99.9") == pytest.approx(0.999)
