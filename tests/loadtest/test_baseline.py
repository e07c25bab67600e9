"""Made runs: how often what is the same is called worse, and how often what is worse is."""

import itertools
import math
import random

import pytest

from app.loadtest.baseline import Comparison, Measured, compare, p_of
from app.loadtest.samples import Samples
from tests.loadtest.resampling import alarms_of_pairs

ENDPOINTS = {"GET /api/async_sleep/": 1004.0, "GET /api/notes": 12.0, "POST /api/notes": 25.0}
PER_SECOND = 30
SECONDS, WARMUP = 60, 10


def made(seed: int, slower: float = 1.0, fewer: float = 1.0, drift: float = 0.03) -> Measured:
    """A run whose level wanders by `drift` over some seconds, as machines do."""
    chance, samples, level = random.Random(seed), Samples(SECONDS), 0.0  # noqa: S311 - no secret
    for second in range(SECONDS):
        level = 0.8 * level + chance.gauss(0, drift * 0.6)
        for name, latency in ENDPOINTS.items():
            for _ in range(round(chance.gauss(PER_SECOND * fewer, 3))):
                took = slower * latency * math.exp(level + chance.gauss(0, 0.15))
                samples.add(name, second, took, 200, None)
    return Measured(samples, WARMUP, SECONDS)


@pytest.fixture(scope="module")
def runs() -> list[Measured]:
    return [made(seed) for seed in range(20)]


def words(comparison: Comparison) -> set[str]:
    return {f"{d.endpoint} {d.figure} {d.word}" for d in comparison.differences}


def test_a_run_is_not_worse_than_itself(runs: list[Measured]) -> None:
    comparison = compare(runs[0], runs[0])
    assert not comparison.worse
    assert {difference.word for difference in comparison.differences} <= {"same", "too few"}


def test_identical_runs_raise_no_alarm(runs: list[Measured]) -> None:
    alarms = [compare(a, b).worse for a, b in itertools.pairwise(runs)]
    assert not any(alarms)


def test_a_thousand_resampled_pairs_raise_no_more_than_fifty_alarms(runs: list[Measured]) -> None:
    assert alarms_of_pairs(runs, seed=11) <= 50


def test_slower_by_a_fifth_is_found(runs: list[Measured]) -> None:
    found = [compare(run, made(100 + i, slower=1.2)) for i, run in enumerate(runs[:10])]
    assert sum(comparison.worse for comparison in found) >= 9
    assert "GET /api/async_sleep/ p50 worse" in words(found[0])


def test_fifteen_percent_less_throughput_is_found(runs: list[Measured]) -> None:
    found = [compare(run, made(200 + i, fewer=0.85)) for i, run in enumerate(runs[:10])]
    assert sum(comparison.worse for comparison in found) >= 9
    assert "total rps worse" in words(found[0])


def test_one_endpoint_of_many_is_found(runs: list[Measured]) -> None:
    run = made(300)
    slow = made(301, slower=1.3)
    run.samples.endpoints["GET /api/notes"] = slow.samples.endpoints["GET /api/notes"]
    comparison = compare(runs[0], run)
    assert comparison.worse
    assert {d.endpoint for d in comparison.differences if d.word == "worse"} == {"GET /api/notes"}


def test_better_is_no_alarm(runs: list[Measured]) -> None:
    comparison = compare(runs[0], made(400, slower=0.7))
    assert not comparison.worse
    assert "GET /api/async_sleep/ p50 better" in words(comparison)


def test_less_than_a_millisecond_is_the_generators() -> None:
    ENDPOINTS["GET /quick"] = 1.0
    try:
        before, now = made(1), made(2, slower=1.5)
    finally:
        del ENDPOINTS["GET /quick"]
    assert "GET /quick p50 same" in words(compare(before, now))


def test_a_percentile_of_few_requests_is_not_compared() -> None:
    before, now = Samples(SECONDS), Samples(SECONDS)
    for second in range(SECONDS):
        for samples, took in ((before, 10), (now, 100)):
            samples.add("GET /", second, took, 200, None)
    comparison = compare(Measured(before, 10, 60), Measured(now, 10, 60))
    assert {d.figure: d.word for d in comparison.differences} == {
        "rps": "same",
        "p50": "worse",
        "p95": "too few",
        "p99": "too few",
    }


def test_a_service_that_answers_nothing_any_more_is_worse() -> None:
    before, now = made(1), made(2)
    now.samples.endpoints.clear()
    comparison = compare(before, now)
    assert comparison.worse
    assert [d.change for d in comparison.differences] == [-1]


def test_nothing_beside_nothing_is_the_same() -> None:
    empty = Measured(Samples(60), 10, 60)
    assert not compare(empty, empty).worse


def test_it_takes_more_than_one_piece_to_be_worse() -> None:
    assert p_of([[5.0] + [-0.1] * 9]) > 0.05
    assert p_of([[0.05] * 10]) == pytest.approx(1 / 1024)


def test_many_figures_raise_no_more_alarms_than_one() -> None:
    """Figures without any difference: at 5 % each, 20 of them would alarm in 64 % of runs."""
    chance = random.Random(3)  # noqa: S311 - no secret
    alarms = 0
    for _ in range(60):
        figures = [[chance.gauss(0, 1) for _ in range(10)] for _ in range(20)]
        alarms += p_of(figures) < 0.05
    assert alarms <= 8  # of 60 at 5 %: 3 expected, 9 or more by chance once in 300
