import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.loadtest.samples import ENDPOINTS, FAILURES, INTERVALS, OTHER, Histogram, Samples, Totals

LATENCIES = st.lists(st.floats(0.02, 3_000_000), min_size=1, max_size=200)


@given(LATENCIES, st.floats(0.001, 1))
def test_a_quantile_is_within_one_percent_of_the_truth(values: list[float], share: float) -> None:
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    rank = max(1, -int(-share * len(values) // 1))
    assert histogram.quantile(share) == pytest.approx(sorted(values)[rank - 1], rel=0.011)
    assert histogram.max == pytest.approx(max(values), rel=0.011)
    assert histogram.mean == pytest.approx(sum(values) / len(values), rel=0.011)


def test_an_empty_histogram_is_nought() -> None:
    empty = Histogram()
    assert (empty.count, empty.mean, empty.max, empty.quantile(0.5)) == (0, 0, 0, 0)
    assert Totals().error_ratio == 0


def test_it_is_bounded_whatever_comes() -> None:
    histogram = Histogram()
    for value in (-1, 0, 1e-9, 1e12, 5e300):
        histogram.add(value)
    assert len(histogram.buckets) == 2
    samples = Samples(seconds=86_400)
    for number in range(2000):
        failure = f"failure {number} " + "x" * 1000
        samples.add(f"GET /{number}", number * 100, 1, 500, failure)
    assert len(samples.endpoints) == ENDPOINTS + 1
    assert samples.totals(OTHER).requests == 2000 - ENDPOINTS
    assert len(samples.endpoints[OTHER]) <= INTERVALS
    assert all(len(t.failures) <= FAILURES + 1 for t in samples.endpoints[OTHER].values())
    longest = max(len(text) for text in samples.totals().failures)
    assert longest == 200


def test_a_span_counts_what_ended_in_it() -> None:
    samples = Samples(seconds=60)
    for at, failure in ((0.5, None), (10.0, "late"), (59.9, None), (65.0, None)):
        samples.add("GET /", at, 10, 200, failure)
    assert samples.totals().requests == 4
    assert samples.totals("GET /", 10, 60).requests == 3  # one that ended late began before the end
    assert samples.totals("GET /", 10, 11).error_ratio == 1
    assert samples.totals("GET /", 10, 60).succeeded == 2
    assert samples.totals("GET /other").requests == 0


def test_a_long_run_has_longer_intervals() -> None:
    assert [Samples(seconds).interval for seconds in (60, 600, 601, 86_400)] == [1, 1, 2, 144]


def test_samples_of_workers_add_up_to_those_of_one_process() -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    alone, master, workers = Samples(30), Samples(30), [Samples(30), Samples(30)]
    for _ in range(500):
        name = chance.choice("abc")
        at, latency = chance.uniform(0, 31), chance.uniform(1, 900)
        failure = chance.choice([None, None, "broken"])
        for samples in (alone, chance.choice(workers)):
            samples.add(name, at, latency, 500 if failure else 200, failure)
        if chance.random() < 0.1:
            reporting = chance.choice(workers)
            master.merge_wire(json.loads(json.dumps(reporting.take().to_wire())))
    for worker in workers:
        master.merge(worker.take())
        assert not worker.endpoints
    assert sorted(master.to_wire()) == sorted(alone.to_wire())
    assert master.totals().statuses == alone.totals().statuses
