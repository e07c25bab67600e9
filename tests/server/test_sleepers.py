"""The question's own case: one-second sleepers at once, in one worker that starts no thread."""

import asyncio
import re
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.server.busy import read_response
from tests.server.harness import Server, gunicorn, wait_until

pytestmark = pytest.mark.usefixtures("postgres")
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def threads(pid: int) -> set[str]:
    return {task.name for task in Path(f"/proc/{pid}/task").iterdir()}


def metric(server: Server, name: str) -> float:
    """The sum of a metric's samples, read from the exporter."""
    with urlopen(f"http://127.0.0.1:{server.metrics_port}/metrics") as response:
        text = response.read().decode()
    return sum(float(v) for v in re.findall(rf"^{name}(?:{{.*}})? (.+)$", text, re.MULTILINE))


async def connect(server: Server, path: str) -> Connection:
    """Open a connection and send a request on it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return reader, writer


async def close(connections: list[Connection]) -> None:
    for _, writer in connections:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for _, writer in connections))


@pytest.mark.parametrize("number", [10, 1000])
def test_sleepers_are_answered(number: int) -> None:
    async def run(server: Server) -> set[int]:
        requests = [connect(server, "/api/async_sleep/") for _ in range(number)]
        connections = await asyncio.gather(*requests)
        answers = await asyncio.gather(*(read_response(reader) for reader, _ in connections))
        await close(connections)
        return {status for status, _ in answers}

    with gunicorn() as server:
        [worker] = server.worker_pids()
        with urlopen(server.url + "/api/async_sleep/") as response:  # noqa: S310 - our own server
            assert response.read() == b'{"mode": "async", "time": 1}'
        before, hops = threads(worker), metric(server, "asgi_thread_hops_total")
        assert asyncio.run(run(server)) == {200}
        assert threads(worker) <= before
        assert metric(server, "asgi_thread_hops_total") == hops


@pytest.mark.parametrize("number", [10, 1000])
def test_sleepers_are_all_in_flight_at_once_and_start_no_thread(number: int) -> None:
    def in_flight(server: Server) -> float:
        return metric(server, "asgi_requests_in_flight")

    async def run(server: Server, worker: int) -> None:
        before, hops = threads(worker), metric(server, "asgi_thread_hops_total")
        requests = [connect(server, "/rehearsal/delay/3600") for _ in range(number)]
        connections = await asyncio.gather(*requests)
        await asyncio.to_thread(
            wait_until, lambda: in_flight(server) == number, 30, "all are in flight"
        )
        assert threads(worker) <= before
        assert metric(server, "asgi_thread_hops_total") == hops
        await close(connections)

    with gunicorn({"REHEARSAL": "true"}) as server:
        [worker] = server.worker_pids()
        asyncio.run(run(server, worker))
        wait_until(lambda: in_flight(server) == 0, 10, "nothing is in flight")
