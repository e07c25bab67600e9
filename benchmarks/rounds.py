"""Rounds of a case: at least so many, some more while a row is too noisy."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from benchmarks.lab import Lab
from benchmarks.rows import Row

EXTRA = 3
Measured = Mapping[str, float]
Rounds = Generator[Measured, None, None]


@dataclass(frozen=True)
class Case:
    """`measure` yields what one round measured, by name, for as long as it is asked.

    - `unit`: of what a round measures; `rounds`: the least number of them.
    - `needs`: why it cannot be measured on this machine, or "".
    """

    name: str
    title: str
    unit: str
    measure: Callable[[Lab], Rounds]
    rows: tuple[Row, ...]
    rounds: int = 5
    needs: str = ""


def play(case: Case, lab: Lab, advance: Callable[[int], None]) -> Sequence[Measured]:
    """What its rounds measured; `advance(n)` hears after each how many are still to come.

    Raises Refused where a measurement may not be reported.
    """
    measured: list[Measured] = []
    with closing(case.measure(lab)) as rounds:
        for each in rounds:
            measured.append(each)
            left = case.rounds - len(measured)
            if left <= 0 and not all(row.judge(measured).decided for row in case.rows):
                left += EXTRA
            advance(max(left, 0))
            if left <= 0:
                break
    return measured
