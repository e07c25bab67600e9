"""All that is known of a run when it has ended, and nothing that is concluded from it."""

from dataclasses import dataclass, field
from typing import Any

from app.loadtest.baseline import Comparison, Measured
from app.loadtest.concurrency import Finding
from app.loadtest.exit_codes import Problem
from app.loadtest.samples import Samples, Totals
from app.loadtest.saturation import Generator
from app.loadtest.settings import Settings


@dataclass
class Run:
    """`elapsed` seconds of load; `users` counts them each second; `generators` by process.

    `problems` broke it off; `incomparable` is why there is no comparison although one was asked.
    """

    settings: Settings
    environment: dict[str, Any]
    started: str
    samples: Samples
    concurrency: Finding | None = None
    elapsed: float = 0.0
    complete: bool = False
    users: list[int] = field(default_factory=list)
    generators: dict[str, Generator] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    comparison: Comparison | None = None
    incomparable: Problem | None = None

    @property
    def measured(self) -> Measured:
        """What the verdict is about: the samples between warm-up and end."""
        until = min(self.elapsed, self.settings.time)
        return Measured(self.samples, self.settings.warmup, max(until, self.settings.warmup))

    @property
    def seconds(self) -> float:
        """How long that is."""
        return self.measured.until - self.measured.since

    def totals(self, endpoint: str | None = None) -> Totals:
        """Of one endpoint or all, measured."""
        return self.samples.totals(endpoint, self.measured.since, self.measured.until)

    @property
    def endpoints(self) -> list[str]:
        """Their names, sorted."""
        return sorted(self.samples.endpoints)
