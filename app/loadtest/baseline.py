"""Is this run worse than an earlier one? One verdict a run, however many figures are compared.

Both runs are cut into PIECES of equal length, and piece i of one is compared with piece i of the
other, so that a shape that rises is compared with itself. A figure is worse when it is so by more
than a tolerance in more pieces, and more evenly, than chance would have it: if nothing had changed,
each difference could as well have had the other sign, so all 2^PIECES signs are tried (an exact
sign-flip test). The signs are flipped for all figures of a piece at once and the largest statistic
counts (Westfall and Young's maxT), so that twenty figures raise no more false alarms than one.
No random numbers: two readers of the same two reports come to the same verdict.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from app.loadtest.samples import Samples, Totals

PIECES = 10
SIGNS = tuple(itertools.product((1, -1), repeat=PIECES))
ALPHA = 0.05
LATENCY_TOLERANCE = 0.10
THROUGHPUT_TOLERANCE = 0.075
# Below that the generator itself is what is seen.
LEAST_MS = 1.0
# Steadier than that no machine is: else a thousandth is "beyond chance" when pieces agree by luck.
NOISE = 0.03
PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
# A percentile of a piece needs that many requests beyond it.
BEYOND = 2
THROUGHPUT = "rps"


@dataclass(frozen=True)
class Measured:
    """What was measured of a run: seconds `since` to `until` of its samples."""

    samples: Samples
    since: float
    until: float

    @property
    def length(self) -> float:
        """Seconds of one of PIECES."""
        return (self.until - self.since) / PIECES

    def pieces(self, endpoint: str) -> list[Totals]:
        """Its requests, in PIECES."""
        made = [Totals() for _ in range(PIECES)]
        for interval, totals in self.samples.endpoints.get(endpoint, {}).items():
            second = interval * self.samples.interval
            if self.since <= second < self.until:
                made[int((second - self.since) / self.length)].merge(totals)
        return made


@dataclass(frozen=True)
class Difference:
    """A figure of both runs. `change`: 0.2 is 20 % more. `word`: better, same, worse, too few."""

    endpoint: str
    figure: str
    before: float
    now: float
    change: float
    word: str


@dataclass(frozen=True)
class Comparison:
    """`p`: how often chance alone makes differences as bad as these."""

    differences: tuple[Difference, ...]
    p: float

    @property
    def worse(self) -> bool:
        """The verdict."""
        return self.p < ALPHA


def compare(before: Measured, now: Measured) -> Comparison:
    """Compare two runs of the same test."""
    figures = [_throughput(before, now)]
    endpoints = sorted(before.samples.endpoints.keys() & now.samples.endpoints.keys())
    for endpoint in endpoints:
        pairs = list(zip(before.pieces(endpoint), now.pieces(endpoint), strict=True))
        figures += [_percentile(endpoint, name, pairs) for name in PERCENTILES]
    tested = [figure for figure in figures if figure.steps]
    p = p_of([figure.beyond for figure in tested])
    return Comparison(tuple(figure.difference() for figure in figures), p)


@dataclass(frozen=True)
class _Figure:
    """`steps`: for each piece the logarithm of how much worse it is; empty when too few."""

    endpoint: str
    name: str
    before: float
    now: float
    steps: tuple[float, ...]
    margin: float

    @property
    def beyond(self) -> list[float]:
        return [step - self.margin for step in self.steps]

    def difference(self) -> Difference:
        change = self.now / self.before - 1 if self.before else 0.0
        word = "too few"
        if self.steps:
            worse = p_of([self.beyond]) < ALPHA
            better = p_of([[-step - self.margin for step in self.steps]]) < ALPHA
            word = "worse" if worse else "better" if better else "same"
        return Difference(self.endpoint, self.name, self.before, self.now, change, word)


def _throughput(before: Measured, now: Measured) -> _Figure:
    rates = [_rates(before), _rates(now)]
    # A piece without a request is the worst there is, not one that cannot be told.
    steps = tuple(math.log((old + 0.01) / (new + 0.01)) for old, new in zip(*rates, strict=True))
    margin = -math.log(1 - THROUGHPUT_TOLERANCE)
    mean_before, mean_now = (sum(each) / PIECES for each in rates)
    return _Figure("total", THROUGHPUT, mean_before, mean_now, steps, margin)


def _rates(run: Measured) -> list[float]:
    """Successful requests a second of all endpoints, in PIECES."""
    each = [run.pieces(endpoint) for endpoint in run.samples.endpoints]
    counts = (sum(pieces[index].succeeded for pieces in each) for index in range(PIECES))
    return [count / run.length for count in counts]


def _percentile(endpoint: str, name: str, pairs: Sequence[tuple[Totals, Totals]]) -> _Figure:
    share = PERCENTILES[name]
    before, now = Totals(), Totals()
    for old, new in pairs:
        before.merge(old)
        now.merge(new)
    least = min(each.requests for pair in pairs for each in pair)
    values = before.latencies.quantile(share), now.latencies.quantile(share)
    steps: tuple[float, ...] = ()
    if least * (1 - share) >= BEYOND:
        steps = tuple(
            math.log(new.latencies.quantile(share) / old.latencies.quantile(share))
            for old, new in pairs
        )
    margin = max(math.log(1 + LATENCY_TOLERANCE), math.log1p(LEAST_MS / (values[0] or LEAST_MS)))
    return _Figure(endpoint, name, *values, steps, margin)


def p_of(figures: Sequence[Sequence[float]]) -> float:
    """The share of signs that make the worst of the figures as bad as it is, or worse."""
    squares = [sum(value * value for value in figure) for figure in figures]
    both = list(zip(figures, squares, strict=True))
    seen = max((_statistic(sum(figure), square) for figure, square in both), default=0.0)
    if seen <= 0:
        return 1.0
    count = sum(
        any(_statistic(sum(map(mul, signs, f)), square) >= seen - 1e-9 for f, square in both)
        for signs in SIGNS
    )
    return count / len(SIGNS)


def _statistic(total: float, squares: float) -> float:
    """Student's, of PIECES values with this sum and sum of squares; no sign changes the second."""
    mean = total / PIECES
    variance = max(0.0, squares - PIECES * mean * mean) / (PIECES - 1)
    return mean / math.sqrt(variance / PIECES + NOISE * NOISE)
