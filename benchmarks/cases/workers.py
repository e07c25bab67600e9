"""Two workers against one."""

import os

from benchmarks import stacks
from benchmarks.lab import Lab
from benchmarks.rounds import Case, Rounds
from benchmarks.rows import Goal, Row
from benchmarks.wrk import throughput

ONE, TWO = "one worker", "two workers"
CORES = frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()


def _rounds(lab: Lab) -> Rounds:
    while True:
        measured = {}
        for name, number in ((ONE, "1"), (TWO, "2")):
            env = {"WEB_CONCURRENCY": number}
            with lab.serving(stacks.SERVICE, env, cores=CORES) as server:
                throughput(server.url + "/version", 1)
                measured[name] = throughput(server.url + "/version", 4)
        yield measured


WORKERS = Case(
    "workers",
    "Two workers, on cores of their own",
    "requests/s",
    _rounds,
    (Row(TWO, ONE, Goal(1.7)),),
    needs="" if len(CORES) >= 3 else "needs 3 cores",
)
