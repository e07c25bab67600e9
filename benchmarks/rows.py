"""A row of the table: its samples, the goal, and what they say about it."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

REACHED, MISSED, UNDECIDED, STATED = "reached", "missed", "undecided", ""
# A row without a goal, or that lies across it, is told well enough by this share of its median.
NOISE = 0.05


@dataclass(frozen=True)
class Goal:
    """`limit` is the least that is wanted, or the most if not `at_least`."""

    limit: float
    at_least: bool = True

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"

    def holds(self, value: float) -> bool:
        """Whether a value reaches it."""
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True)
class Row:
    """What is told of a case: the measure `of`, divided by the measure `to` if there is one."""

    of: str
    to: str | None = None
    goal: Goal | None = None
    unit: str = "×"

    def samples(self, measured: Sequence[Mapping[str, float]]) -> list[float]:
        """One value of each round. Both sides of a ratio are of the same round."""
        return [each[self.of] / (each[self.to] if self.to else 1) for each in measured]

    def judge(self, measured: Sequence[Mapping[str, float]]) -> "Judged":
        """What the rounds so far say."""
        return Judged(self, self.samples(measured))


@dataclass(frozen=True)
class Judged:
    """A row with its samples."""

    row: Row
    samples: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle of the samples."""
        return statistics.median(self.samples)

    @property
    def spread(self) -> tuple[float, float]:
        """The quartiles: half of the samples lie between them."""
        if len(self.samples) < 2:
            return self.median, self.median
        low, _, high = statistics.quantiles(self.samples, n=4, method="inclusive")
        return low, high

    @property
    def decided(self) -> bool:
        """Whether more rounds would hardly say anything else."""
        low, high = self.spread
        goal = self.row.goal
        if goal and goal.holds(low) == goal.holds(high):
            return True
        return high - low <= NOISE * abs(self.median)

    @property
    def verdict(self) -> str:
        """Of the goal, if there is one."""
        if not self.decided:
            return UNDECIDED
        if self.row.goal is None:
            return STATED
        return REACHED if self.row.goal.holds(self.median) else MISSED
