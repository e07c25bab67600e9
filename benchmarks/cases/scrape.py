"""What a scrape of a large service's metrics costs the requests meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

from benchmarks import client, stacks
from benchmarks.cases.latency import ROUNDS, sensible_rate
from benchmarks.lab import Lab
from benchmarks.rounds import Case, Rounds
from benchmarks.rows import Goal, Row
from benchmarks.wrk import throughput
from tests.server.harness import Server

VIEWS = 240
SECONDS = 15
# Three times as often as most Prometheus servers do, who take 15 s or more.
INTERVAL = 5
WITH, WITHOUT = "with a scrape every 5 s", "without"


@contextmanager
def _scraped(server: Server) -> Iterator[None]:
    ended = threading.Event()

    def scrape() -> None:
        while not ended.wait(INTERVAL / 2):
            with urlopen(f"http://127.0.0.1:{server.metrics_port}/metrics") as response:
                response.read()
            ended.wait(INTERVAL / 2)

    thread = threading.Thread(target=scrape)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _rounds(lab: Lab) -> Rounds:
    # Half of what the service itself can take is, by now, near the end of what the client can.
    rate = sensible_rate(lab)
    with lab.serving(stacks.MANY_VIEWS) as server:
        for number in range(VIEWS):
            client.count(server.port, f"/view-{number}", 1)
        throughput(server.url + "/version", 1)
        while True:
            lab.tell(WITHOUT)
            without = client.p99(server.port, "/version", rate, SECONDS)
            lab.tell(WITH)
            with _scraped(server):
                scraped = client.p99(server.port, "/version", rate, SECONDS)
            yield {WITH: scraped, WITHOUT: without}


SCRAPE = Case(
    "scrape",
    "99th percentile while /metrics of 240 routes is scraped, at the rate of `latency`",
    "ms",
    _rounds,
    (Row(WITH, WITHOUT, Goal(1.05, at_least=False)),),
    rounds=ROUNDS,
)
