"""Finds out how a service waits: asks the sleepers, and reads the hops meanwhile."""

import asyncio

from app.loadtest import hop_metrics
from app.loadtest.concurrency import LEVELS, Finding, Waits, classify
from app.loadtest.hop_metrics import Reading
from app.loadtest.settings import Settings
from app.loadtest.sleepers import Level, ask, floor

# A hundred that are taken three at a time take so long; fewer at a time is seen with ten.
SECONDS = 40.0
# The least of so many counts where only the time can tell: other work on the machine makes it long.
TRIES = 3


def measure(settings: Settings, before: Reading | None) -> Finding:
    """The finding; `before` are the pods' hops before the first sleeper."""
    levels: list[Level] = []
    for number in LEVELS:
        try:
            level = _ask(settings, number)
        except OSError as error:
            return Finding(Waits.UNKNOWN, f"{error}.", tuple(levels))
        if level.lost and number == LEVELS[-1]:
            break  # so many at once may be refused with good reason
        levels.append(level)
        found = classify(levels, 0, None)
        if found.waits is not Waits.ASYNC:
            return found
    after = hop_metrics.read(settings.metrics) if settings.metrics else None
    hops = hop_metrics.hops_between(before, after)
    return _by_time(settings, levels) if hops is None else classify(levels, hops, None)


def _ask(settings: Settings, number: int) -> Level:
    return asyncio.run(ask(settings.target, settings.sleeper, number, SECONDS))


def _by_time(settings: Settings, levels: list[Level]) -> Finding:
    """From the time alone, beside what as many cost that are served here, by nothing."""
    number = levels[-1].asked
    floors: list[float] = []
    for again in range(TRIES):
        if again:
            levels = [*levels[:-1], min(levels[-1], _again(settings, number), key=_makespan)]
        # Two, for one that other work held up would let threads pass for a slow machine.
        floors += [asyncio.run(floor(number, SECONDS)) for _ in range(2)]
        found = classify(levels, None, min(floors))
        if found.waits is Waits.ASYNC:
            break
    return found


def _again(settings: Settings, number: int) -> Level:
    try:
        return _ask(settings, number)
    except OSError:
        return Level(number, ())  # a crowd that is refused, as one that nobody answers


def _makespan(level: Level) -> float:
    return float("inf") if level.lost else level.makespan
