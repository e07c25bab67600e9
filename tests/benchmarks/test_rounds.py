"""How many rounds a case is given."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lab import Lab
from benchmarks.refused import Refused
from benchmarks.rounds import Case, Rounds, play
from benchmarks.rows import Goal, Row

LAB = Lab(frozenset(), frozenset(), "", Path(), lambda _: None)


def case(values: Iterator[float], ended: list[bool]) -> Case:
    def measure(_lab: Lab) -> Rounds:
        try:
            for value in values:
                yield {"a": value}
        finally:
            ended.append(True)

    return Case("name", "title", "", measure, (Row("a", None, Goal(2)),))


@pytest.mark.parametrize(
    ("values", "rounds"),
    [
        ([3.0], 5),
        ([1.0, 3.0], 8),
        ([1.0, 3.0, 1.0, 3.0, 3.0, 3.0, 3.0], 7),  # then both quartiles reach it
    ],
)
def test_more_rounds_are_played_while_it_is_undecided(values: list[float], rounds: int) -> None:
    ended: list[bool] = []
    left: list[int] = []
    assert len(play(case(cycle(values), ended), LAB, left.append)) == rounds
    assert len(left) == rounds
    assert left[-1] == 0
    assert ended == [True]


def test_what_is_refused_ends_the_case() -> None:
    def broken() -> Iterator[Any]:
        yield 3.0
        raise Refused("no")

    ended: list[bool] = []
    with pytest.raises(Refused):
        play(case(broken(), ended), LAB, lambda _: None)
    assert ended == [True]
