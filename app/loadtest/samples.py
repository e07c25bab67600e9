"""What was measured: for each endpoint and interval a histogram of latencies, errors, and statuses.

Bounded, whatever the locustfile does: so many endpoints, intervals, buckets and kinds of failure.
Mergeable, so that the samples of Locust's workers add up to those of one process.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

# A bucket is 2 % wide: a quantile is within 1 % of the truth (as in DDSketch, arXiv:1908.10693).
# Locust rounds to two digits: 1,004 and 1,049 ms are the same to it.
_GAMMA = math.log(1.02)
_LEAST, _MOST = 0.01, 3_600_000.0  # milliseconds: 1,343 buckets
ENDPOINTS = 100
INTERVALS = 600
FAILURES = 20
OTHER = "(other)"


class Histogram:
    """Latencies in milliseconds."""

    def __init__(self, buckets: Iterable[tuple[int, int]] = ()) -> None:
        self.buckets: Counter[int] = Counter(dict(buckets))

    def add(self, milliseconds: float) -> None:
        """Count one."""
        within = min(max(milliseconds, _LEAST), _MOST)
        self.buckets[math.floor(math.log(within) / _GAMMA)] += 1

    def merge(self, other: "Histogram") -> None:
        """Count those of another."""
        self.buckets.update(other.buckets)

    @property
    def count(self) -> int:
        """How many."""
        return self.buckets.total()

    @property
    def mean(self) -> float:
        """0 of none."""
        total = sum(_value(bucket) * count for bucket, count in self.buckets.items())
        return total / self.count if self.count else 0.0

    @property
    def max(self) -> float:
        """0 of none."""
        return _value(max(self.buckets)) if self.buckets else 0.0

    def quantile(self, share: float) -> float:
        """The latency that this share (0 to 1) does not exceed: nearest rank; 0 of none."""
        rank, seen = max(1, math.ceil(share * self.count)), 0
        for bucket, count in sorted(self.buckets.items()):
            seen += count
            if seen >= rank:
                return _value(bucket)
        return 0.0


def _value(bucket: int) -> float:
    return math.exp((bucket + 0.5) * _GAMMA)


@dataclass
class Totals:
    """One endpoint in a span of time. `failures`: how often for what; status 0: no answer."""

    latencies: Histogram = field(default_factory=Histogram)
    errors: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def requests(self) -> int:
        """All, errors too."""
        return self.latencies.count

    @property
    def succeeded(self) -> int:
        """Those without an error."""
        return self.requests - self.errors

    @property
    def error_ratio(self) -> float:
        """From 0 to 1; 0 of none."""
        return self.errors / self.requests if self.requests else 0.0

    def add(self, milliseconds: float, status: int, failure: str | None) -> None:
        """Count a request."""
        self.latencies.add(milliseconds)
        self.statuses[status] += 1
        if failure is not None:
            self.errors += 1
            known = failure in self.failures or len(self.failures) < FAILURES
            self.failures[failure[:200] if known else OTHER] += 1

    def merge(self, other: "Totals") -> None:
        """Count those of another."""
        self.latencies.merge(other.latencies)
        self.errors += other.errors
        self.statuses.update(other.statuses)
        self.failures.update(other.failures)


class Samples:
    """`interval` seconds each, counted from the start of the test."""

    def __init__(self, seconds: float) -> None:
        self.interval = max(1, math.ceil(seconds / INTERVALS))
        self.last = max(0, math.ceil(seconds / self.interval) - 1)
        self.endpoints: dict[str, dict[int, Totals]] = {}

    def add(
        self, endpoint: str, at: float, milliseconds: float, status: int, failure: str | None
    ) -> None:
        """Count a request that ended `at` seconds after the start; a late one in the last interval.

        It began before the end, and without it a service that stalls looks better than it is.
        """
        self._totals(endpoint, int(at // self.interval)).add(milliseconds, status, failure)

    def _totals(self, endpoint: str, interval: int) -> Totals:
        if endpoint not in self.endpoints and len(self.endpoints) >= ENDPOINTS:
            endpoint = OTHER
        intervals = self.endpoints.setdefault(endpoint, {})
        return intervals.setdefault(min(interval, self.last), Totals())

    def merge(self, other: "Samples") -> None:
        """Count those of another process of the same test."""
        for endpoint, intervals in other.endpoints.items():
            for interval, totals in intervals.items():
                self._totals(endpoint, interval).merge(totals)

    def take(self) -> "Samples":
        """All so far; none stay here."""
        taken = Samples(0)
        taken.interval, taken.last = self.interval, self.last
        taken.endpoints, self.endpoints = self.endpoints, {}
        return taken

    def totals(self, endpoint: str | None = None, since: float = 0, until: float = 1e9) -> Totals:
        """Of one endpoint or all, in intervals that begin in `since` ≤ second < `until`."""
        found = Totals()
        names = self.endpoints if endpoint is None else [endpoint]
        for name in names:
            for interval, totals in self.endpoints.get(name, {}).items():
                if since <= interval * self.interval < until:
                    found.merge(totals)
        return found

    def to_wire(self) -> list[list[Any]]:
        """As msgpack and JSON carry it."""
        return list(self._rows())

    def _rows(self) -> Iterator[list[Any]]:
        for endpoint, intervals in self.endpoints.items():
            for interval, totals in sorted(intervals.items()):
                buckets = sorted(totals.latencies.buckets.items())
                statuses, failures = (
                    sorted(totals.statuses.items()),
                    sorted(totals.failures.items()),
                )
                yield [endpoint, interval, buckets, totals.errors, statuses, failures]

    def merge_wire(self, rows: list[list[Any]]) -> None:
        """Count what `to_wire` of another process gave."""
        for endpoint, interval, buckets, errors, statuses, failures in rows:
            totals = Totals(Histogram(buckets), errors, Counter(dict(statuses)))
            totals.failures.update(dict(failures))
            self._totals(endpoint, interval).merge(totals)
