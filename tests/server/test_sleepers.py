"""The question's own case: one-second sleepers at once, in one worker that starts no thread."""

import asyncio
import re
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.server.busy import read_response
from tests.server.harness import Server, gunicorn, wait_until

pytestmark = pytest.mark.usefixtures("postgres")
REQUEST = b"GET /api/async_sleep/ HTTP/1.1\r\nHost: localhost\r\n\r\n"


def threads(pid: int) -> set[str]:
    return {task.name for task in Path(f"/proc/{pid}/task").iterdir()}


def metric(server: Server, name: str) -> float:
    """The sum of a metric's samples, read from the exporter."""
    with urlopen(f"http://127.0.0.1:{server.metrics_port}/metrics") as response:
        text = response.read().decode()
    return sum(float(v) for v in re.findall(rf"^{name}(?:{{.*}})? (.+)$", text, re.MULTILINE))


async def sleepers(server: Server, number: int) -> tuple[float, set[int]]:
    """Ask `number` times at once: the most that were in flight together, and the statuses."""
    peak = 0.0
    done = asyncio.Event()

    async def watch() -> None:
        nonlocal peak
        while not done.is_set():
            now = await asyncio.to_thread(metric, server, "asgi_requests_in_flight")
            peak = max(peak, now)

    async def one() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(REQUEST)
        status, _close = await read_response(reader)
        writer.close()
        await writer.wait_closed()
        return status

    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch())
        statuses = await asyncio.gather(*(one() for _ in range(number)))
        done.set()
        await watching
    return peak, set(statuses)


@pytest.mark.parametrize("number", [10, 1000])
def test_sleepers_are_served_together_and_start_no_thread(number: int) -> None:
    with gunicorn() as server:
        [worker] = server.worker_pids()
        with urlopen(server.url + "/api/async_sleep/") as response:  # noqa: S310 - our own server
            assert response.read() == b'{"mode": "async", "time": 1}'
        before, hops = threads(worker), metric(server, "asgi_thread_hops_total")
        peak, statuses = asyncio.run(sleepers(server, number))
        assert statuses == {200}
        assert peak == number
        assert threads(worker) <= before
        assert metric(server, "asgi_thread_hops_total") == hops
        wait_until(
            lambda: metric(server, "asgi_requests_in_flight") == 0, 5, "nothing is in flight"
        )
