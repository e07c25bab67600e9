"""The queue never holds a caller up, counts what is lost, and stops within its bound."""

import contextlib
import json
import logging
import os
import threading
import time
from collections.abc import Iterator

import pytest

from app.telemetry.log_format import JsonFormatter
from app.telemetry.log_queue import LogQueue, instead
from app.telemetry.log_snapshot import snapshot
from app.telemetry.log_writer import ATOMIC_BYTES, Writer
from tests.server.harness import wait_until

FORMATTER = JsonFormatter()


class Pipe:
    """A queue that writes to a pipe, which the test reads when it wants."""

    def __init__(self, size: int = 10_000) -> None:
        self.reader, self.fd = os.pipe()
        os.set_blocking(self.reader, False)
        self.counted: list[int] = []
        self.log = LogQueue(Writer(self.fd), size)
        self.log.count_with(self.counted.append)
        self._data = b""

    def say(self, message: str, formatter: logging.Formatter = FORMATTER) -> None:
        record = logging.LogRecord("t", logging.INFO, __file__, 7, message, None, None)
        self.log.put(formatter, snapshot(record))

    def lines(self) -> list[str]:
        """The messages of all whole lines so far, but not what `fill` wrote."""
        with contextlib.suppress(BlockingIOError):
            while more := os.read(self.reader, 65_536):
                self._data += more
        whole, _, _ = self._data.rpartition(b"\n")
        return [json.loads(line)["message"] for line in whole.splitlines() if line]

    def fill(self) -> None:
        """Leave no room for a single byte."""
        os.set_blocking(self.fd, False)
        for size in (4096, 1):
            with contextlib.suppress(BlockingIOError):
                while os.write(self.fd, b"\n" * size):
                    pass
        os.set_blocking(self.fd, True)

    def close(self) -> None:
        self.log.stop(0)
        self.log.writer.close()
        for fd in (self.reader, self.fd):
            with contextlib.suppress(OSError):
                os.close(fd)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.close()


def test_lines_go_out_in_their_order_and_the_rest_at_the_stop(pipe: Pipe) -> None:
    pipe.log.start()
    for number in range(500):
        pipe.say(str(number))
    pipe.log.stop(30)
    pipe.say("late")
    assert pipe.lines() == [*map(str, range(500)), "late"]
    assert pipe.counted == []


class Recorder(Writer):
    """Keeps each write; with `broken`, refuses all."""

    def __init__(self, *, broken: bool = False) -> None:
        super().__init__(-1)
        self.broken = broken
        self.writes: list[bytes] = []

    def write(self, line: bytes, wait: float = 0.0) -> None:
        if self.broken:
            raise BrokenPipeError
        self.writes.append(line)


def listened(writer: Recorder, messages: list[str]) -> list[int]:
    """Let the listener write what waits, to its end; returns what it counted as lost."""
    log, counted = LogQueue(writer), list[int]()
    log.count_with(counted.append)
    log._stopping.set()
    for message in messages:
        record = logging.LogRecord("t", logging.INFO, __file__, 7, message, None, None)
        log._queue.put((FORMATTER, snapshot(record)))
    log._queue.put(None)
    log._listen(log._queue)
    assert log._held == 0
    return counted


def test_what_came_meanwhile_is_written_together_in_atomic_pieces() -> None:
    writer = Recorder()
    messages = [*map(str, range(200)), "x" * 5000, "after", "y" * 5000]
    assert listened(writer, messages) == []
    lines = b"".join(writer.writes).splitlines()
    assert [json.loads(line)["message"] for line in lines] == messages
    assert writer.writes[0].count(b"\n") == 1
    short = [write for write in writer.writes if len(write) <= ATOMIC_BYTES]
    assert len(short) < 200 * len(writer.writes[0]) / (ATOMIC_BYTES - 100) + 3
    assert [write.count(b"\n") for write in writer.writes if len(write) > ATOMIC_BYTES] == [1, 1]


def test_all_lines_of_a_write_that_failed_are_lost() -> None:
    counted = listened(Recorder(broken=True), [*map(str, range(200))])
    assert counted[0] == 1
    assert sum(counted) == 200
    assert len(counted) < 20


def test_start_and_stop_are_idempotent(pipe: Pipe) -> None:
    pipe.log.stop()
    pipe.log.start()
    thread = pipe.log._thread
    pipe.log.start()
    assert pipe.log._thread is thread
    pipe.log.stop()
    pipe.log.stop()
    assert not pipe.log.running
    pipe.log.start()
    pipe.say("again")
    pipe.log.stop(30)
    assert pipe.lines() == ["again"]


def test_blocked_output_costs_the_caller_nothing_and_flows_again(pipe: Pipe) -> None:
    pipe.fill()
    pipe.log.size = 100
    pipe.log.start()
    started = time.monotonic()
    for number in range(5000):
        pipe.say(str(number))
    assert time.monotonic() - started < 10  # a blocked write would last for ever
    assert 4890 <= sum(pipe.counted) <= 4900  # one is in the thread's hands
    assert pipe.log.lost == sum(pipe.counted)
    wait_until(lambda: len(pipe.lines()) > 100, 30, "what waited is written")
    pipe.say("flows")
    wait_until(lambda: pipe.lines()[-1] == "flows", 30, "logging goes on")
    messages = pipe.lines()
    told = [message for message in messages if "lost" in message]
    assert told == [f"log records were lost: {pipe.log.lost} since the start of this process"]
    assert messages[0] == "0"


def test_stop_while_blocked_ends_in_time_and_counts(pipe: Pipe) -> None:
    pipe.fill()
    pipe.log.start()
    thread = pipe.log._thread
    for number in range(20):
        pipe.say(str(number))
    started = time.monotonic()
    pipe.log.stop(0.2)
    assert 0.2 <= time.monotonic() - started < 5
    assert sum(pipe.counted) == 20
    assert thread is not None
    thread.join(30)
    assert not thread.is_alive()
    assert pipe.lines() == []


def test_a_thread_that_is_stuck_is_left_behind(pipe: Pipe) -> None:
    free, entered = threading.Event(), threading.Event()

    class Stuck(Writer):  # as in the write to a file on a dead network disk
        def write(self, line: bytes, wait: float = 0.0) -> None:
            entered.set()
            free.wait(60)

    pipe.log.writer = Stuck()
    pipe.log.start()
    thread = pipe.log._thread
    for number in range(20):
        pipe.say(str(number))
    assert entered.wait(30)
    started = time.monotonic()
    pipe.log.stop(0.1)
    assert time.monotonic() - started < 5
    assert sum(pipe.counted) == 19
    free.set()
    assert thread is not None
    thread.join(30)
    assert not thread.is_alive()


def test_direct_lines_wait_once_for_a_slow_reader_then_never(pipe: Pipe) -> None:
    pipe.fill()
    started = time.monotonic()
    for number in range(50):
        pipe.say(str(number))
    assert 0.1 <= time.monotonic() - started < 2.5  # 50 waits would last 5 s
    assert pipe.counted == [1] * 50
    assert pipe.lines() == []
    pipe.say("flows")
    assert pipe.lines()[-1] == "flows"


def test_direct_lines_are_short_enough_to_be_written_whole(pipe: Pipe) -> None:
    pipe.say("x" * 100_000)
    (message,) = pipe.lines()
    assert ATOMIC_BYTES - 100 < len(message) < ATOMIC_BYTES


def test_broken_output_is_counted(pipe: Pipe) -> None:
    os.close(pipe.reader)
    pipe.say("direct")
    pipe.log.start()
    pipe.say("queued")
    wait_until(lambda: pipe.counted == [1, 1], 30, "both are counted")


def test_a_record_that_cannot_be_formatted_leaves_a_line_and_the_thread(pipe: Pipe) -> None:
    class Picky(JsonFormatter):
        def format(self, record: logging.LogRecord) -> str:
            if record.getMessage() == "bad":
                raise KeyError
            return super().format(record)

    class Broken(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            raise KeyError

    pipe.log.start()
    pipe.say("bad", Picky())
    pipe.say("bad", Broken())
    pipe.say("good")
    pipe.log.stop(30)
    first, *_, last = (line for line in pipe.lines() if "lost" not in line)
    assert first == f"a log record of {__file__}:7 could not be written: KeyError"
    assert last == "good"
    assert pipe.counted == [1, 1]


def test_instead_keeps_level_and_logger() -> None:
    bad = logging.LogRecord("its.name", logging.ERROR, "p.py", 7, "%d", ("x",), None)
    record = instead(bad, TypeError())
    assert (record.name, record.levelno) == ("its.name", logging.ERROR)
    assert record.getMessage() == "a log record of p.py:7 could not be written: TypeError"


def test_what_was_lost_before_counting_began_is_counted_once() -> None:
    log, counted = LogQueue(Writer(-1)), list[int]()
    log.lose(3)
    log.count_with(counted.append)
    log.count_with(counted.append)
    log.lose()
    assert counted == [3, 1]
    empty = LogQueue(Writer(-1))
    empty.count_with(counted.append)
    assert counted == [3, 1]


def test_counting_that_fails_is_no_harm() -> None:
    def fail(_number: int) -> None:
        raise OSError

    log = LogQueue(Writer(-1))
    log.count_with(fail)
    log.lose()
    assert log.lost == 1


def test_after_a_fork_the_child_writes_for_itself(pipe: Pipe) -> None:
    pipe.fill()
    pipe.log.start()
    pipe.say("the parent's")
    parents = pipe.log._thread, pipe.log._queue
    pipe.log.after_fork()
    assert not pipe.log.running
    pipe.lines()
    wait_until(lambda: pipe.lines() == ["the parent's"], 30, "the parent goes on")
    pipe.say("direct")
    assert pipe.lines() == ["the parent's", "direct"]
    thread, waiting = parents
    assert thread is not None
    waiting.put(None)
    thread.join(30)
    assert not thread.is_alive()
