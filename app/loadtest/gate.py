"""What is kept while Locust runs, and when it ends: the listeners of its events, without Locust.

One process, the master or a worker: workers send their part with Locust's own reports.
"""

import time
from collections.abc import Callable
from typing import Any

from app.loadtest.arrivals import Arrivals
from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.run import Run
from app.loadtest.saturation import Generator
from app.loadtest.settings import Settings
from app.loadtest.shapes import users_at

# Locust's workers report every 3 s, and requests that hang are cut after 10.
LAST_REPORT_SECONDS = 20.0
REDIRECTS = (301, 302, 303, 307, 308)
UNTOLD = "Not all workers told their last figures."
NOT_SENT = "no user was free in time: more USERS, or a service that does not stall"


class Gate:
    """`clock` counts seconds; `digest` tells locustfiles apart."""

    def __init__(
        self, run: Run, digest: str, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.run = run
        self.digest = digest
        self.clock = clock
        self.settings: Settings = run.settings
        self.ready = False  # Locust has read its files
        self.began: float | None = None
        self.arrivals: Arrivals | None = None
        self.generator = Generator()
        self.workers: set[str] = set()
        self.drained: set[str] = set()

    @property
    def elapsed(self) -> float:
        """Seconds of load so far."""
        return 0.0 if self.began is None else self.clock() - self.began

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.elapsed >= self.settings.time

    def start(self, **_: Any) -> None:
        """Load begins; in a worker a moment later than in the master."""
        self.began = self.clock()
        if self.settings.rate:
            rate = self.settings.rate / max(1, self.settings.workers)
            self.arrivals = Arrivals(rate, self.began)

    def request(
        self,
        *,
        request_type: str,
        name: str,
        response_time: float,
        exception: BaseException | None,
        **more: Any,
    ) -> None:
        """A request has ended; Locust tells it in milliseconds."""
        status = _status(more.get("response"))
        failure = None
        if exception is not None:
            failure = f"{type(exception).__name__}: {exception}"
        elif status in REDIRECTS:
            failure = f"redirected ({status})"
        latency = (response_time or 0.0) + 1000 * more["context"].get("late", 0.0)
        self.run.samples.add(f"{request_type} {name}", self.elapsed, latency, status, failure)

    def wait(self) -> float:
        """Seconds until the moment of the next request of a fixed rate; negative when it passed."""
        if self.arrivals is None:
            raise RuntimeError("there is no RATE")
        return self.arrivals.next() - self.clock()

    def stop(self, **_: Any) -> None:
        """Load ends: what nobody has sent counts as errors, as late as they are."""
        if self.arrivals and self.began is not None:
            end = min(self.clock(), self.began + self.settings.time)
            for _each in range(self.arrivals.missed(end)):
                late = end - self.arrivals.next()
                self.run.samples.add("(not sent)", self.elapsed, late * 1000, 0, NOT_SENT)
            self.arrivals = None

    def looked(self, cpu: float, seconds: float) -> None:
        """One look at this process: its CPU time and the time since the last look."""
        if self.began is not None and self.settings.warmup <= self.elapsed < self.settings.time:
            self.generator.add(cpu, seconds)

    def report(self, client_id: str, data: dict[str, Any], **_: Any) -> None:
        """A worker tells its master what it has since its last report."""
        data["loadtest"] = {
            "digest": self.digest,
            "samples": self.run.samples.take().to_wire(),
            "generator": self.generator.to_wire(),
        }

    def worker_report(self, client_id: str, data: dict[str, Any], **_: Any) -> None:
        """The master is told."""
        told = data.get("loadtest")
        if not told or told["digest"] != self.digest:
            why = f"Worker {client_id} has another version of the load test than its master."
            return self.break_off(Problem(ExitCode.WORKER_DIFFERS, why))
        self.workers.add(client_id)
        self.run.samples.merge_wire(told["samples"])
        self.run.generators[client_id] = Generator.from_wire(told["generator"])
        if self.over and not data.get("user_count"):
            self.drained.add(client_id)
        return None

    def break_off(self, problem: Problem) -> None:
        """The run is not to be gone on with; the first reason counts."""
        if not self.run.problems and not self.run.complete:
            self.run.problems.append(problem)

    def lost(self, workers: int) -> None:
        """So many workers are there; there must be all, until the time is up."""
        if self.began is not None and not self.over and workers < self.settings.workers:
            missing = self.settings.workers - workers
            why = f"{missing} of {self.settings.workers} workers were lost after "
            self.break_off(Problem(ExitCode.WORKER_LOST, f"{why}{self.elapsed:.0f} s."))

    def quitting(self, workers: int) -> None:
        """Locust ends, by itself when it has heard of no worker for a while: so many are there."""
        self.lost(workers)
        if self.over:
            self.break_off(Problem(ExitCode.WORKER_LOST, UNTOLD))

    def tick(self, users: int) -> tuple[int, float] | None:
        """Locust asks each second how many users there shall be; `users` is how many there are."""
        if self.run.problems:
            return None
        if not self.over:
            self.run.users.append(users)
            wanted = users_at(
                self.settings.shape, self.elapsed, self.settings.time, self.settings.users
            )
            return wanted, self.settings.users
        if users or (self.settings.workers and len(self.drained) < self.settings.workers):
            if self.elapsed < self.settings.time + LAST_REPORT_SECONDS:
                return 0, self.settings.users
            self.break_off(Problem(ExitCode.WORKER_LOST, UNTOLD))
            return None
        self.run.complete = True
        return None


def _status(response: Any) -> int:
    """Of the first answer, where a client follows redirects; 0 without one."""
    first = (getattr(response, "history", None) or [response])[0]
    return getattr(first, "status_code", 0) or 0
