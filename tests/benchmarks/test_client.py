"""The client: each request at its moment, and exactly so many."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from benchmarks import client
from benchmarks.refused import Refused

ANSWER = b"HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Answers in a thread of its own; `stall` seconds long it does nothing at the 20th request."""

    def __init__(self) -> None:
        self.stall = 0.0
        self.status = b"200 OK"
        self.served = 0
        self.connections: Counter[int] = Counter()  # requests of each
        self.started = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            self.served += 1
            self.connections[id(writer)] += 1
            if self.served == 20:
                time.sleep(self.stall)  # noqa: ASYNC251 - the loop has to stand still
            writer.write(ANSWER % self.status)
        writer.close()
        await writer.wait_closed()

    def _run(self) -> None:
        server = self.loop.run_until_complete(asyncio.start_server(self._answer, client.HOST, 0))
        self.port: int = server.sockets[0].getsockname()[1]
        self.started.set()
        self.loop.run_forever()
        # The clients have closed theirs. Before the server, which leaves what it has just accepted
        # open: that one's warning failed the next test.
        while tasks := asyncio.all_tasks(self.loop):
            self.loop.run_until_complete(asyncio.wait(tasks))
        server.close()
        self.loop.run_until_complete(asyncio.sleep(0))  # it closes its socket then
        self.loop.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    made.thread.start()
    made.started.wait()
    yield made
    made.loop.call_soon_threadsafe(made.loop.stop)
    made.thread.join()


def test_a_stall_is_felt_by_all_whose_moment_came_meanwhile(server: Server) -> None:
    server.stall = 0.3
    latencies, late = client.fixed_rate(server.port, "/", rate=200, seconds=0.6)
    assert len(latencies) == len(late) == 120
    # A closed loop of 32 connections would have felt it 32 times at most.
    assert sum(latency > 0.05 for latency in latencies) > 40
    assert max(latencies) >= 0.3


def test_exactly_so_many_are_sent(server: Server) -> None:
    client.count(server.port, "/", 50)
    assert server.served == 50


def test_a_burst_is_looked_at_until_all_are_answered(server: Server) -> None:
    server.stall = 0.3
    looks: list[float] = []
    took = client.burst(server.port, "/", 40, lambda: looks.append(time.monotonic()))
    assert took >= 0.3
    assert len(looks) > 5
    assert server.served == 40


def test_no_connection_is_left_idle(server: Server) -> None:
    client.fixed_rate(server.port, "/", rate=100, seconds=client.CONNECTIONS / 50)
    assert set(server.connections.values()) == {2}


def test_one_that_was_closed_is_refused(server: Server) -> None:
    async def ask() -> None:
        connection = await client.connect(server.port)
        connection.close()
        await connection.ask(client.get("/"))

    with pytest.raises(Refused, match="closed between two requests"):
        asyncio.run(ask())


def test_another_status_is_refused(server: Server) -> None:
    server.status = b"503 Service Unavailable"
    with pytest.raises(BaseExceptionGroup) as caught:
        client.count(server.port, "/", 1)
    assert caught.group_contains(Refused, match="503")


def test_a_quantile_is_a_value_that_was_measured() -> None:
    assert client.quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert client.quantile([1.0], 0.99) == 1.0
