"""Lines reach pipes, terminals, sockets and files whole, and a full one never holds the caller."""

import contextlib
import fcntl
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.telemetry.log_writer import ATOMIC_BYTES, Writer

LINE = b"x" * 999 + b"\n"


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    with contextlib.ExitStack() as stack:
        for fd in (reader, writer):
            stack.callback(_close, fd)
        yield reader, writer


def _close(fd: int) -> None:
    with contextlib.suppress(OSError):
        os.close(fd)


@pytest.fixture
def writer_to() -> Iterator[type[Writer]]:
    made: list[Writer] = []

    class Made(Writer):
        def __init__(self, fd: int) -> None:
            super().__init__(fd)
            made.append(self)

    yield Made
    for writer in made:
        writer.close()


def fill(writer: Writer) -> int:
    """Write until there is no room; how many lines went in."""
    for count in range(10_000):
        try:
            writer.write(LINE)
        except BlockingIOError:
            return count
    raise AssertionError("never full")


def drain(fd: int) -> bytes:
    os.set_blocking(fd, False)
    data = b""
    with contextlib.suppress(BlockingIOError):
        while more := os.read(fd, 65_536):
            data += more
    return data


def test_full_pipe_refuses_at_once_and_flows_again(
    pipe: tuple[int, int], writer_to: type[Writer]
) -> None:
    reader, fd = pipe
    writer = writer_to(fd)
    count = fill(writer)
    assert count >= 50
    started = time.monotonic()
    with pytest.raises(BlockingIOError):
        writer.write(LINE)
    assert time.monotonic() - started < 1
    assert drain(reader) == LINE * count
    writer.write(b"flows\n")
    assert drain(reader) == b"flows\n"


def test_the_shared_description_stays_blocking(
    pipe: tuple[int, int], writer_to: type[Writer]
) -> None:
    writer_to(pipe[1]).write(b"a\n")
    assert not fcntl.fcntl(pipe[1], fcntl.F_GETFL) & os.O_NONBLOCK


def test_waits_for_room(pipe: tuple[int, int], writer_to: type[Writer]) -> None:
    reader, fd = pipe
    writer = writer_to(fd)
    count = fill(writer)
    data: list[bytes] = []
    thread = threading.Thread(target=lambda: data.append(os.read(reader, 65_536)))
    thread.start()
    writer.write(b"late\n", wait=30)
    thread.join()
    assert (data[0] + drain(reader)) == LINE * count + b"late\n"


def test_no_room_within_the_wait(pipe: tuple[int, int], writer_to: type[Writer]) -> None:
    writer = writer_to(pipe[1])
    fill(writer)
    with pytest.raises(BlockingIOError):
        writer.write(LINE, wait=0.01)


def test_long_line_is_finished_by_the_next_call(
    pipe: tuple[int, int], writer_to: type[Writer]
) -> None:
    reader, fd = pipe
    fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, ATOMIC_BYTES)
    writer = writer_to(fd)
    line = b"y" * 3 * ATOMIC_BYTES + b"\n"
    writer.write(line)
    with pytest.raises(BlockingIOError):
        writer.write(b"next\n")
    data = b""
    while not data.endswith(b"next\n"):
        data += drain(reader)
        with contextlib.suppress(BlockingIOError):
            writer.write(b"next\n")
    assert data.startswith(line + b"next\n")


def test_long_line_is_finished_while_somebody_reads(
    pipe: tuple[int, int], writer_to: type[Writer]
) -> None:
    reader, fd = pipe
    fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, ATOMIC_BYTES)
    line = b"y" * 5 * ATOMIC_BYTES + b"\n"
    data = bytearray()

    def read() -> None:
        while len(data) < len(line):
            data.extend(os.read(reader, 65_536))

    thread = threading.Thread(target=read)
    thread.start()
    writer_to(fd).write(line, wait=30)
    thread.join()
    assert data == line


def test_after_a_broken_line_the_next_has_its_own(tmp_path: Path, writer_to: type[Writer]) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    fd = os.open(path, os.O_WRONLY)
    fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, ATOMIC_BYTES)
    writer = writer_to(fd)
    writer.write(b"y" * 2 * ATOMIC_BYTES + b"\n")
    os.close(reader)
    for _ in range(2):
        with pytest.raises(BrokenPipeError):
            writer.write(b"lost\n")
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    drain(reader)
    writer.write(b"next\n")
    writer.write(b"after\n")
    assert drain(reader) == b"\nnext\nafter\n"
    os.close(fd)
    os.close(reader)


def test_socket(writer_to: type[Writer]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        writer = writer_to(ours.fileno())
        writer.write(b"a\n")
        assert theirs.recv(10) == b"a\n"
        fill(writer)
        assert ours.getblocking()
        assert not fcntl.fcntl(ours, fcntl.F_GETFL) & os.O_NONBLOCK
        theirs.close()
        with pytest.raises(OSError, match="Broken pipe"):
            writer.write(b"b\n")


def test_terminal(writer_to: type[Writer]) -> None:
    master, slave = os.openpty()
    writer = writer_to(slave)
    writer.write(b"a\n")
    assert os.read(master, 10) == b"a\r\n"
    fill(writer)
    assert not fcntl.fcntl(slave, fcntl.F_GETFL) & os.O_NONBLOCK
    writer.close()
    os.close(slave)
    os.close(master)


def test_file_keeps_the_order_of_all_who_write(tmp_path: Path, writer_to: type[Writer]) -> None:
    with (tmp_path / "log").open("wb", buffering=0) as file:
        writer = writer_to(file.fileno())
        writer.write(b"a\n")
        file.write(b"b\n")
        writer.write(b"c\n")
    assert (tmp_path / "log").read_bytes() == b"a\nb\nc\n"


def test_full_disk_and_closed_descriptor(writer_to: type[Writer]) -> None:
    fd = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(OSError, match="No space left"):
        writer_to(fd).write(b"a\n")
    os.close(fd)
    with pytest.raises(OSError, match="Bad file descriptor"):
        writer_to(-1).write(b"a\n")


def test_pipe_that_cannot_be_opened_again(
    pipe: tuple[int, int], writer_to: type[Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError

    reader, fd = pipe
    monkeypatch.setattr(os, "open", refuse)
    writer = writer_to(fd)
    count = fill(writer)
    monkeypatch.undo()
    assert drain(reader) == LINE * count
    fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, ATOMIC_BYTES)
    long = b"z" * (2 * ATOMIC_BYTES - 1) + b"\n"
    writer.write(long)  # more than fits: a plain write would block
    assert drain(reader) == long[:ATOMIC_BYTES]
    with pytest.raises(BlockingIOError):
        writer.write(b"next\n")
    assert drain(reader) == long[ATOMIC_BYTES:]
    writer.write(b"next\n")
    assert drain(reader) == b"next\n"


def test_a_thread_that_holds_the_writer_holds_nobody_up(
    pipe: tuple[int, int], writer_to: type[Writer]
) -> None:
    writer = writer_to(pipe[1])
    fill(writer)
    ended = threading.Event()

    def hold() -> None:
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            writer.write(LINE, wait=30)
        ended.set()

    thread = threading.Thread(target=hold)
    thread.start()
    while not writer._lock.locked():
        pass
    started = time.monotonic()
    with pytest.raises(BlockingIOError):
        writer.write(b"a\n")
    assert time.monotonic() - started < 5
    assert not ended.is_set()
    drain(pipe[0])
    thread.join()


def test_child_leaves_the_rest_of_a_line_to_its_parent(
    pipe: tuple[int, int], writer_to: type[Writer]
) -> None:
    reader, fd = pipe
    fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, ATOMIC_BYTES)
    writer = writer_to(fd)
    writer.write(b"y" * 2 * ATOMIC_BYTES + b"\n")
    writer.forget()
    drain(reader)
    writer.write(b"child\n")
    assert drain(reader) == b"child\n"
