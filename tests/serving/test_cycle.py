"""What a response says of its connection."""

from collections.abc import Iterator

import pytest

from app.serving.drain import drain
from tests.serving.wire import GET, HOST, Gate, Reader, listening, response, rest, status, within

POST = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\n"


@pytest.fixture
def draining() -> Iterator[None]:
    drain.draining = True
    yield
    drain.draining = False


@pytest.mark.usefixtures("draining")
def test_in_a_drain_every_response_ends_its_connection() -> None:
    with listening() as wire:
        client = wire.connect(GET)
        assert response(client)[1]["connection"] == "close"
        assert rest(client) == b""


@pytest.mark.usefixtures("draining")
def test_after_the_announcement_nothing_else_is_served() -> None:
    gate = Gate()
    gate.opened.set()
    with listening(gate) as wire:
        got = wire.ask(GET * 3)
        assert (got.count(b"HTTP/1.1"), gate.served) == (1, 1)


def test_a_request_in_flight_is_told_of_a_drain_that_begins() -> None:
    gate = Gate()
    with listening(gate) as wire:
        client = wire.connect(GET)
        within(2, lambda: gate.served, "the request is being served")
        drain.draining = True
        try:
            gate.opened.set()
            assert response(client)[1]["connection"] == "close"
        finally:
            drain.draining = False


def test_a_response_within_a_body_ends_its_connection() -> None:
    with listening() as wire:
        client = wire.connect(POST + b"he")
        assert response(client)[1]["connection"] == "close"
        assert rest(client) == b""


def test_a_response_after_the_body_does_not() -> None:
    with listening(Reader()) as wire:
        client = wire.connect(POST + b"hello")
        assert "connection" not in response(client)[1]
        client.sendall(GET)
        assert response(client)[0] == 200


@pytest.mark.parametrize(
    "data",
    [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"],
)
def test_a_client_that_asks_for_the_end_gets_it(data: bytes) -> None:
    with listening() as wire:
        got = wire.ask(data)
        assert status(got) == 200
        assert b"connection: close" in got
