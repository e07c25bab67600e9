"""How a service waits, from the time that 10, 100 and 1,000 one-second sleepers take at once.

async: a second, whatever their number. on threads: all at once, but each costs a thread, and so
more time the more there are. serialised by K: K seconds of sleep in a second, and no more.
"""

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from app.loadtest.sleepers import Level

LEVELS = (1, 10, 100, 1000)
# Of the time above a second: an answer costs the service more than it costs the one that asks.
# Measured at 1,000: docs/loadtest.md.
MOST_TIMES_FLOOR = 4.5
GAP = 0.3  # of a sleep: no answer for so long is between two waves


class Waits(StrEnum):
    """How a service waits."""

    ASYNC = "async"
    THREADS = "on threads"
    SERIALISED = "serialised"
    UNKNOWN = "not measured"


@dataclass(frozen=True)
class Finding:
    """`parallel`: how many at once, where it is serialised; `why` is a sentence."""

    waits: Waits
    why: str
    levels: tuple[Level, ...] = ()
    parallel: int | None = None
    hops: float | None = None

    @property
    def name(self) -> str:
        """`async`, `on threads`, `serialised by 10`."""
        return f"{self.waits} by {self.parallel}" if self.parallel else str(self.waits)

    @property
    def curve(self) -> str:
        """`10: 1.01 s · 100: 1.04 s · 1,000: 1.38 s`."""
        return " · ".join(f"{level.asked:,}: {level.makespan:.2f} s" for level in self.levels)


def parallel(level: Level, unit: float) -> int | None:
    """K of a level that was served K at a time; None when it was not.

    Then K answers come, and the next K a `unit` of seconds later: in three waves or more, with gaps
    between them. Three of four waves are not larger than K, none is larger than two of them: one
    that is held up comes with the next.
    """
    times = [at / unit for at in level.answers]
    ends = [i for i, (before, at) in enumerate(pairwise(times), 1) if at - before > GAP]
    sizes = sorted(end - begin for begin, end in pairwise([0, *ends, len(times)]))
    found = sizes[math.ceil(0.75 * len(sizes)) - 1]
    waves = 3 * found <= len(times) and sizes[-1] <= 2 * found and _in_phase(times)
    return found if waves else None


def _in_phase(times: Sequence[float]) -> bool:
    """Whether most answers came at the same part of a unit; a crowd that is slow fills all of it.

    The mean resultant length of their phases: 1 for waves, 0 for an even spread.
    """
    return abs(sum(cmath.exp(2j * math.pi * at) for at in times)) / len(times) > 0.5


def classify(levels: Sequence[Level], hops: float | None, floor: float | None) -> Finding:
    """The finding from the levels asked so far, the first of them with one sleeper.

    `hops`: to threads, of all that were asked; None when unknown. `floor`: seconds above a second
    that the last level takes where the service costs nothing; needed when hops are unknown.
    """
    curve = tuple(levels)
    for level in curve:
        if level.lost:
            why = f"Of {level.asked:,} sleepers {len(level.answers):,} were answered with 200."
            return Finding(Waits.UNKNOWN, why, curve)
    unit, last = curve[0].makespan, curve[-1]
    for level in curve[1:]:
        if at_once := parallel(level, unit):
            why = f"{level.asked:,} sleepers of {unit:.1f} s took {level.makespan:.1f} s"
            return Finding(Waits.SERIALISED, f"{why}.", curve, at_once, hops)
    asked = sum(level.asked for level in curve)
    above = last.makespan - unit
    took = f"{last.asked:,} sleepers took {above:.2f} s more than one"
    if hops is not None:
        share = hops / asked
        why = f"{took}, with {share:.1f} hops to a thread each."
        return Finding(Waits.THREADS if share >= 0.5 else Waits.ASYNC, why, curve, None, hops)
    most = MOST_TIMES_FLOOR * (floor or 0.0)
    why = f"{took}; asking alone costs {floor or 0.0:.2f} s."
    return Finding(Waits.THREADS if above > most else Waits.ASYNC, why, curve)
