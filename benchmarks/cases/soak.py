"""Half an hour under full load: does it get slower, does it grow."""

import time

from benchmarks import memory, stacks
from benchmarks.lab import Lab
from benchmarks.rounds import Case, Rounds
from benchmarks.rows import Goal, Row
from benchmarks.wrk import throughput

MINUTES = 30
FIRST, LAST = "first minute", "last minute"
MEMORY = "memory of the last minute"
MEMORY_FIRST = "memory of the first minute"


def _rounds(lab: Lab) -> Rounds:
    while True:
        with lab.serving(stacks.SERVICE) as server:
            url = server.url + "/version"
            throughput(url, 10)
            first, memory_first = throughput(url, 60), memory.of_worker(server)
            ends = time.monotonic() + (MINUTES - 2) * 60
            while (left := ends - time.monotonic()) > 0:
                lab.tell(f"{left / 60:.0f} minutes left")
                throughput(url, min(60, max(1, round(left))))
            yield {
                FIRST: first,
                LAST: throughput(url, 60),
                MEMORY_FIRST: memory_first,
                MEMORY: memory.of_worker(server),
            }


SOAK = Case(
    "soak",
    f"{MINUTES} minutes of as many requests as it answers",
    "requests/s, and MiB",
    _rounds,
    (
        Row(LAST, FIRST, Goal(0.97)),
        Row(MEMORY, MEMORY_FIRST, Goal(1.03, at_least=False)),
    ),
    rounds=1,
)
