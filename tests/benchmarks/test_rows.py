"""What the samples of a row say about its goal."""

import pytest

from benchmarks.rows import Goal, Judged, Row

LEAST, MOST = Goal(2), Goal(2, at_least=False)


def judged(goal: Goal | None, *samples: float) -> Judged:
    row = Row("a", "b", goal)
    return row.judge([{"a": sample * 10, "b": 10} for sample in samples])


@pytest.mark.parametrize(
    ("goal", "samples", "verdict"),
    [
        (LEAST, (2.1, 2.6, 2.9), "reached"),
        (LEAST, (1.2, 1.5, 1.9), "missed"),
        (LEAST, (1.5, 2.1, 2.6), "undecided"),
        (LEAST, (1.99, 2.01, 2.02), "reached"),
        (MOST, (1.2, 1.5, 1.9), "reached"),
        (MOST, (2.1, 2.6, 2.9), "missed"),
        (None, (2.0, 2.01, 2.02), ""),
        (None, (1.0, 2.0, 3.0), "undecided"),
    ],
)
def test_verdicts(goal: Goal | None, samples: tuple[float, ...], verdict: str) -> None:
    assert judged(goal, *samples).verdict == verdict


def test_a_ratio_is_of_one_round() -> None:
    row = Row("a", "b")
    assert row.samples([{"a": 10, "b": 5}, {"a": 30, "b": 10}]) == [2, 3]


def test_a_row_without_another_side_is_the_measure_itself() -> None:
    assert Row("a").samples([{"a": 10}]) == [10]


def test_the_median_has_half_of_the_rounds_around_it() -> None:
    found = judged(None, 1, 2, 3, 4, 100)
    assert (found.median, found.spread) == (3, (2, 4))


def test_one_round_has_no_spread() -> None:
    assert judged(LEAST, 3).spread == (3, 3)
