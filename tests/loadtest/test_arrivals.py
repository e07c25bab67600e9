"""A service that stalls for a second: what the open model sees of it, and users that wait."""

from app.loadtest.arrivals import Arrivals


def test_moments_come_evenly_whatever_the_time_is() -> None:
    arrivals = Arrivals(rate=4, start=100)
    assert [arrivals.next() for _ in range(4)] == [100, 100.25, 100.5, 100.75]


def test_what_nobody_has_sent_is_missed() -> None:
    arrivals = Arrivals(rate=10, start=100)
    assert arrivals.due(99) == 0
    assert arrivals.missed(100.95) == 10
    for _ in range(4):
        arrivals.next()
    assert arrivals.missed(100.95) == 6
    assert arrivals.missed(100.2) == 0


def test_a_stall_is_seen_by_each_request_that_it_held_up() -> None:
    """One user, 100 requests a second of 1 ms, and one of them takes a second."""
    arrivals, now, latencies, waiting = Arrivals(rate=100, start=0), 0.0, [], []
    for number in range(300):
        moment = arrivals.next()
        now = max(now, moment)
        took = 1.0 if number == 100 else 0.001
        now += took
        waiting.append(took)
        latencies.append(now - moment)
    assert sum(latency > 0.1 for latency in waiting) == 1
    # 0.9 s of lateness are worked off at 9 ms a request: the next 99 are late by more than 0.1 s.
    assert sum(latency > 0.1 for latency in latencies) == 100
