"""Levels as they were measured, and made ones: how each service waits."""

import random

import pytest

from app.loadtest.concurrency import Waits, classify, parallel
from app.loadtest.sleepers import Level


def evenly(asked: int, above: float, unit: float = 1.0) -> Level:
    """All sleep at once, and are answered within `above` seconds more than a unit."""
    return Level(asked, tuple(unit + above * (index + 1) / asked for index in range(asked)))


def by(number: int, asked: int, cost: float = 0.01, seed: int = 1) -> Level:
    """So many at a time; each wave costs a little more than its second."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    waves = (index // number + 1 for index in range(asked))
    return Level(asked, tuple(sorted(w * (1 + cost) + chance.uniform(0, 0.05) for w in waves)))


ONE = evenly(1, 0.01)
# Seconds above one of 10, 100 and 1,000; measured, and the floor of 1,000 beside it.
ASYNC = {
    "idle machine": (0.006, 0.05, 0.38, 0.17),
    "18 jobs for two cores": (0.03, 0.37, 4.81, 1.88),
}
THREADS = {
    "question, 18 jobs for two cores": (0.19, 1.29, 11.07, 1.22),
    "answer, 18 jobs for two cores": (0.33, 1.72, 24.29, 3.96),
}


@pytest.mark.parametrize(
    ("measured", "waits"),
    [(each, Waits.ASYNC) for each in ASYNC.values()]
    + [(each, Waits.THREADS) for each in THREADS.values()],
    ids=[*ASYNC, *THREADS],
)
def test_by_time_where_hops_are_unknown(measured: tuple[float, ...], waits: Waits) -> None:
    *above, floor = measured
    levels = [ONE, *(evenly(10 ** (i + 1), seconds) for i, seconds in enumerate(above))]
    found = classify(levels, None, floor)
    assert (found.waits, found.name, found.parallel) == (waits, str(waits), None)
    assert found.why.endswith(f"asking alone costs {floor:.2f} s.")
    assert found.curve.startswith("1: 1.01 s · 10: 1.")


def test_hops_tell_it_however_long_it_took() -> None:
    slow, quick = [ONE, evenly(10, 2.0)], [ONE, evenly(10, 0.01)]
    assert classify(slow, 0, None).waits is Waits.ASYNC
    assert classify(slow, 5, None).waits is Waits.ASYNC  # 11 were asked; somebody else's
    assert classify(quick, 11, None).waits is Waits.THREADS
    assert "with 7.0 hops to a thread each" in classify(quick, 77, None).why


@pytest.mark.parametrize("number", [1, 2, 3])
def test_serialised_is_seen_with_ten(number: int) -> None:
    found = classify([ONE, by(number, 10)], None, None)
    assert (found.waits, found.name) == (Waits.SERIALISED, f"serialised by {number}")


@pytest.mark.parametrize("number", [4, 10, 16, 33])
def test_serialised_is_seen_with_a_hundred(number: int) -> None:
    found = classify([ONE, evenly(10, 0.02), by(number, 100)], None, None)
    assert found.name == f"serialised by {number}"


@pytest.mark.parametrize("number", [40, 100, 300])
def test_serialised_is_seen_with_a_thousand(number: int) -> None:
    levels = [ONE, evenly(10, 0.02), by(number, 100), by(number, 1000)]
    assert classify(levels, None, None).name == f"serialised by {number}"


def test_a_crowd_that_comes_in_bursts_is_not_serialised() -> None:
    """As threads that are started under load: of a hundred 65 at once and 35 later."""
    bursts = Level(100, (1.1,) * 65 + (1.9,) * 35)
    assert parallel(bursts, unit=1) is None
    uneven = Level(1000, (1.1,) * 20 + (2.1,) * 116 + (3.1,) * 116 + (4.1,) * 748)
    assert parallel(uneven, unit=1) is None


def test_a_crowd_that_is_slow_is_not_serialised() -> None:
    assert parallel(evenly(1000, 9.8), unit=1) is None
    assert parallel(evenly(1000, 0.4), unit=1) is None


def test_waves_drift_and_are_waves_still() -> None:
    assert parallel(by(1, 10, cost=0.03), unit=1.03) == 1
    assert parallel(by(10, 100, cost=0.01), unit=1.01) == 10


def test_a_wave_that_is_held_up_comes_with_the_next() -> None:
    held_up = tuple(sorted(at + 0.9 if 3 < at < 3.5 else at for at in by(10, 100).answers))
    assert parallel(Level(100, held_up), unit=1) == 10


def test_pods_that_got_unequal_shares() -> None:
    """Two of one request at a time, seven of ten at one of them."""
    assert parallel(Level(10, (1, 1.01, 2, 2.01, 3, 3.01, 4, 5, 6, 7)), unit=1) == 2


def test_it_is_not_measured_when_answers_are_lost() -> None:
    found = classify([ONE, Level(10, (1.0,) * 8)], None, None)
    assert (found.waits, found.why) == (
        Waits.UNKNOWN,
        "Of 10 sleepers 8 were answered with 200.",
    )
    assert classify([Level(1, ())], None, None).waits is Waits.UNKNOWN
