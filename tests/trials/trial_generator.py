"""What one process of the load test can do, and what it adds to what it measures."""

import http.client
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from app.loadtest.baseline import LEAST_MS
from tests.loadtest.loads import load
from tests.server.harness import Server, serving
from tests.trials.conftest import Tell

USERS = str(Path(__file__).with_name("users.py"))
TRIVIAL = (sys.executable, "-m", "uvicorn", "--port", "{port}", "--no-access-log")
LEAST_RPS = 2000


async def nothing(scope: object, receive: object, send: object) -> None:
    """The least that a service can do, in ASGI's own terms."""
    assert callable(send)
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
    )
    await send({"type": "http.response.body"})


@pytest.fixture(scope="module")
def trivial() -> Iterator[Server]:
    command = (*TRIVIAL, "--lifespan", "off", "tests.trials.trial_generator:nothing")
    with serving(command, ready="/") as server:
        yield server


def test_2000_requests_a_second(trivial: Server, tmp_path: Path, tell: Tell) -> None:
    settings = {"USERS": "20", "TIME": "25s", "WARMUP": "5s", "LOCUSTFILE": USERS, "SLEEPER": "/"}
    report = load(tmp_path, TARGET=trivial.url, **settings).report
    (generator,) = report["generators"].values()
    rps, cpu = report["total"]["rps"], generator["cpu"]
    tell(
        f"one process, 20 users without a pause: {rps:,.0f} requests a second, {cpu:.0%} of a core"
    )
    assert report["total"]["errors"] == 0
    assert cpu <= 1.05, "one core at most"
    assert rps >= LEAST_RPS


def test_what_it_adds_to_a_latency(trivial: Server, tmp_path: Path, tell: Tell) -> None:
    settings = {"USERS": "1", "TIME": "15s", "WARMUP": "3s", "LOCUSTFILE": USERS, "SLEEPER": "/"}
    report = load(tmp_path, TARGET=trivial.url, **settings).report
    seen = report["total"]["median"]
    plain = alone(trivial.port)
    tell(f"median by the load test {seen:.2f} ms, by a plain connection {plain:.2f} ms")
    assert report["total"]["requests"] > 1000
    assert seen - plain < LEAST_MS, "a baseline takes less than that for the generator's own"


def alone(port: int) -> float:
    """Milliseconds of the median request on one connection, one after another."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    took = []
    for _ in range(3000):
        begin = time.perf_counter()
        connection.request("GET", "/")
        connection.getresponse().read()
        took.append((time.perf_counter() - begin) * 1000)
    connection.close()
    return median(took)
