"""Against a server in a thread of its own, whose waiting is known."""

import asyncio
import ssl
import time
from pathlib import Path

import pytest

from app.loadtest.sleepers import Level, ask, floor
from tests.loadtest.certificates import self_signed
from tests.loadtest.http_server import Answer, answering
from tests.server.harness import free_port


def after(seconds: float, status: int = 200) -> Answer:
    time.sleep(seconds)
    return status, {}, b"ok"


def asked(target: str, number: int, seconds: float = 30) -> Level:
    return asyncio.run(ask(target, "/sleep", number, seconds))


def test_all_are_asked_at_once() -> None:
    paths = []

    def answer(path: str, headers: dict[str, str]) -> Answer:
        paths.append((path, headers["Host"]))
        return after(1)

    with answering(answer) as port:
        level = asked(f"http://127.0.0.1:{port}/under", 20)
    assert paths == [("/under/sleep", f"127.0.0.1:{port}")] * 20
    assert len(level.answers) == 20
    assert not level.lost
    assert level.answers[0] >= 1
    assert level.makespan == level.answers[-1]


def test_answers_that_are_no_success_are_lost() -> None:
    with answering(lambda *_: after(0, 500)) as port:
        level = asked(f"http://127.0.0.1:{port}", 3)
    assert (level.answers, level.makespan, level.lost) == ((), 0, True)


def test_answers_that_come_too_late_are_lost() -> None:
    with answering(lambda path, _: after(3)) as port:
        level = asked(f"http://127.0.0.1:{port}", 2, seconds=0.1)
    assert level.lost


def test_connections_that_end_without_an_answer_are_lost() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def run() -> Level:
        async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await ask(f"http://127.0.0.1:{port}", "/", 3, 30)

    assert asyncio.run(run()).lost


def test_nobody_to_ask_is_an_error() -> None:
    with pytest.raises(OSError, match="none of 2 connections to http"):
        asked(f"http://127.0.0.1:{free_port()}", 2)


def test_over_tls_a_certificate_has_to_be_right(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    with (
        answering(lambda *_: after(0), tls=context) as port,
        pytest.raises(OSError, match="certificate"),
    ):
        asked(f"https://127.0.0.1:{port}", 2)


def test_the_floor_is_above_nought_and_grows_with_the_number() -> None:
    assert 0 < asyncio.run(floor(1, 30)) < asyncio.run(floor(500, 30))
