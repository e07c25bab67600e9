import pytest

from app.loadtest.units import duration, in_ms, in_percent, in_seconds, percent


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("1m30s", 90), ("1.5h", 5400), ("250ms", 0.25), ("1h1m1s", 3661)],
)
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "60", "s", "-1s", "1 s", "1d", "1s1", "nan", "1e3s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        duration(text)


@pytest.mark.parametrize(("text", "share"), [("0.1%", 0.001), ("100%", 1), ("0%", 0)])
def test_percentages(text: str, share: float) -> None:
    assert percent(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "1", "%", "101%", "-1%", "1 %"])
def test_what_is_no_percentage(text: str) -> None:
    with pytest.raises(ValueError, match="no percentage from 0% to 100%"):
        percent(text)


def test_as_people_read_them() -> None:
    shown = [in_ms(0.8449), in_ms(12.34), in_ms(1234.4), in_percent(0.00123), in_seconds(90)]
    assert shown == ["0.84 ms", "12.3 ms", "1,234 ms", "0.123 %", "90 s"]
