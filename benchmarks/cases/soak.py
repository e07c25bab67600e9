"""Half an hour under full load: does it get slower, does it grow.

The machine may get slower meanwhile, too (heat, neighbours of a virtual machine): raw ASGI, which
rests between the first minute and the last, is measured by turns with the service in both.
"""

import time
from statistics import mean

from benchmarks import memory, stacks
from benchmarks.lab import Lab
from benchmarks.rounds import Case, Rounds
from benchmarks.rows import Goal, Row
from benchmarks.wrk import throughput

MINUTES = 30
SLICE_SECONDS = 10
FIRST, LAST = "first minute", "last minute"
MEMORY = "memory of the last minute"
MEMORY_FIRST = "memory of the first minute"


def _minute(service: str, control: str) -> float:
    """Requests that the service answers for each that the control does; a minute of each."""
    throughput(control, 1)
    ours, theirs = [], []
    for _ in range(60 // SLICE_SECONDS):
        ours.append(throughput(service, SLICE_SECONDS))
        theirs.append(throughput(control, SLICE_SECONDS))
    return mean(ours) / mean(theirs)


def _rounds(lab: Lab) -> Rounds:
    while True:
        with lab.serving(stacks.SERVICE) as server, lab.serving(stacks.RAW) as beside:
            service, control = f"{server.url}/version", f"{beside.url}/version"
            throughput(service, SLICE_SECONDS)
            first, memory_first = _minute(service, control), memory.of_worker(server)
            ends = time.monotonic() + (MINUTES - 2) * 60
            while (left := ends - time.monotonic()) > 0:
                lab.tell(f"{left / 60:.0f} minutes left")
                throughput(service, min(60, max(1, round(left))))
            yield {
                FIRST: first,
                LAST: _minute(service, control),
                MEMORY_FIRST: memory_first,
                MEMORY: memory.of_worker(server),
            }


SOAK = Case(
    "soak",
    f"{MINUTES} minutes of as many requests as it answers",
    "requests for each of raw ASGI's, and MiB",
    _rounds,
    (
        Row(LAST, FIRST, Goal(0.97)),
        Row(MEMORY, MEMORY_FIRST, Goal(1.03, at_least=False)),
    ),
    rounds=1,
)
