"""Whether the process that makes the load kept up: else its figures are about itself.

Two signs: its CPU, of which gevent uses one core at most, and the lag of its loop, which is part
of every latency that it measures. A pod that is throttled shows the lag and not the CPU.
"""

from dataclasses import dataclass, field
from typing import Any

from app.loadtest.samples import Histogram
from app.loadtest.units import in_ms, in_percent

EVERY = 0.05  # seconds between two looks at the lag
MOST_CPU = 0.9
MOST_LAG = 50.0  # milliseconds, which 95 of 100 looks stay under


@dataclass
class Generator:
    """One process: seconds of CPU in seconds of time, and its lags."""

    cpu: float = 0.0
    seconds: float = 0.0
    lags: Histogram = field(default_factory=Histogram)

    def add(self, cpu: float, seconds: float) -> None:
        """Note one look: CPU time used, and time passed since the one before."""
        self.cpu += cpu
        self.seconds += seconds
        self.lags.add((seconds - EVERY) * 1000)

    @property
    def share(self) -> float:
        """Of one core, 0 to 1."""
        return self.cpu / self.seconds if self.seconds else 0.0

    @property
    def lag(self) -> float:
        """Milliseconds that 95 of 100 looks stay under."""
        return self.lags.quantile(0.95)

    @property
    def complaint(self) -> str | None:
        """Why its figures are not to be believed; None when they are."""
        if self.share > MOST_CPU:
            return f"it used {in_percent(self.share)} of a core"
        if self.lag > MOST_LAG:
            return f"its loop lagged by {in_ms(self.lag)} (p95)"
        return None

    def to_wire(self) -> list[Any]:
        """As msgpack carries it."""
        return [self.cpu, self.seconds, sorted(self.lags.buckets.items())]

    @classmethod
    def from_wire(cls, wire: list[Any]) -> "Generator":
        """What `to_wire` gave."""
        cpu, seconds, buckets = wire
        return cls(cpu, seconds, Histogram(buckets))
