"""Sleepers of one second at once, in one worker: the question's own case."""

from contextlib import suppress

import psutil

from benchmarks import client, stacks
from benchmarks.lab import Lab
from benchmarks.memory import worker_of
from benchmarks.rounds import Case, Rounds
from benchmarks.rows import Goal, Row

PATH = "/api/async_sleep/"
NUMBERS = {10: 1.05, 1000: 1.25, 10_000: 4.0}


def _rounds(lab: Lab) -> Rounds:
    while True:
        measured = {}
        for number in NUMBERS:
            with lab.serving(stacks.SERVICE) as server:
                lab.tell(f"{number:,} sleepers")
                client.count(server.port, PATH, 1)
                worker = psutil.Process(worker_of(server))
                threads, memory = worker.num_threads(), worker.memory_info().rss
                most = [threads, memory]

                def look(worker: psutil.Process = worker, most: list[int] = most) -> None:
                    with suppress(psutil.NoSuchProcess):
                        most[0] = max(most[0], worker.num_threads())
                        most[1] = max(most[1], worker.memory_info().rss)

                measured[f"{number:,} sleepers"] = client.burst(server.port, PATH, number, look)
                measured[f"threads for {number:,}"] = most[0] - threads
                measured[f"memory of each of {number:,}"] = (most[1] - memory) / number / 1024
        yield measured


def _rows() -> tuple[Row, ...]:
    rows = []
    for number, seconds in NUMBERS.items():
        rows.append(Row(f"{number:,} sleepers", None, Goal(seconds, at_least=False), "s"))
        rows.append(Row(f"threads for {number:,}", None, Goal(0, at_least=False), ""))
        if number >= 1000:  # the memory of ten is that of a page or two
            goal = Goal(30, at_least=False)
            rows.append(Row(f"memory of each of {number:,}", None, goal, "KB"))
    return tuple(rows)


SLEEPERS = Case("sleepers", "Sleepers of one second at once", "", _rounds, _rows())
