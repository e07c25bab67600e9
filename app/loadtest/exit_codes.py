"""How a run can end: the status of the process, which a pipeline acts on.

docs/loadtest.md has them as a table. Numbers never change their meaning. 1 and 2 are left to
Python, make and argparse; 126 and more to shells and signals.
"""

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """The end of a run."""

    PASSED = 0
    CRASHED = 1

    # The service did not hold its promise.
    LATENCY = 10
    ERRORS = 11
    THROUGHPUT = 12
    ON_THREADS = 13
    SERIALISED = 14
    WORSE = 15

    # Nobody knows: the figures of this run prove nothing.
    NOT_COMPARABLE = 20
    NO_REQUESTS = 21
    ENDED_EARLY = 22
    DISRUPTED = 23
    WORKER_LOST = 24
    WORKER_MISSING = 25
    WORKER_DIFFERS = 26
    SATURATED = 27
    NOT_MEASURED = 28

    # The service was not there, or not this one.
    UNREACHABLE = 30
    UNKNOWN_HOST = 31
    TLS = 32
    NOT_FOUND = 33
    REDIRECTED = 34
    DENIED = 35

    # What the run was given is wrong.
    LOCUSTFILE = 40
    REPORT_DIR = 41
    BASELINE = 42
    SETTINGS = 78  # EX_CONFIG, as the service itself


# Told first when there is more than one: without a service there are no figures, with figures that
# prove nothing there is no verdict on the service, and who is serialised is slow because of it.
ORDER = (
    ExitCode.LOCUSTFILE,
    ExitCode.BASELINE,
    ExitCode.WORKER_DIFFERS,
    ExitCode.WORKER_MISSING,
    ExitCode.WORKER_LOST,
    ExitCode.DISRUPTED,
    ExitCode.ENDED_EARLY,
    ExitCode.UNREACHABLE,
    ExitCode.UNKNOWN_HOST,
    ExitCode.TLS,
    ExitCode.NOT_FOUND,
    ExitCode.REDIRECTED,
    ExitCode.DENIED,
    ExitCode.NO_REQUESTS,
    ExitCode.SATURATED,
    ExitCode.SERIALISED,
    ExitCode.ON_THREADS,
    ExitCode.NOT_MEASURED,
    ExitCode.ERRORS,
    ExitCode.LATENCY,
    ExitCode.THROUGHPUT,
    ExitCode.NOT_COMPARABLE,
    ExitCode.WORSE,
)


def first(codes: list[ExitCode]) -> ExitCode:
    """The one to end with; PASSED when there is none."""
    return min(codes, key=ORDER.index, default=ExitCode.PASSED)


@dataclass
class Problem(Exception):
    """Why a run ends otherwise than PASSED, in one sentence."""

    code: ExitCode
    sentence: str
