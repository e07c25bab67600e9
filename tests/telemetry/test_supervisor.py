"""The exporter's life under a real gunicorn master, and the supervisor's pauses."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from app.telemetry import supervisor
from app.telemetry.exporter import NICER
from app.telemetry.supervisor import Supervisor, finish, taken
from tests.server.harness import ROOT, Server, free_port, serving, status_of, wait_until
from tests.telemetry.exporters import alive, children_of, exporter_of, fetch, scrape

TINY = "tests.telemetry.tiny"
COMMAND = (sys.executable, "-m", "gunicorn", "-c", f"python:{TINY}", f"{TINY}:application")
REQUESTS = 'django_http_requests_total_by_method_total{method="GET"}'


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Server]:
    """A running service with its exporter."""
    env = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics")}
    with serving(COMMAND, env, ready="/") as server:
        wait_for_exporter(server)
        yield server


def wait_for_exporter(server: Server, seconds: float = 10) -> None:
    """Return when the metrics' port answers."""
    url = f"http://127.0.0.1:{server.metrics_port}/"
    wait_until(lambda: status_of(url) == 200, seconds, "the exporter is up")


def in_flight(server: Server, number: int) -> None:
    """Return when so many requests are in flight."""
    name = "asgi_requests_in_flight"
    wait_until(
        lambda: scrape(server.metrics_port).get(name) == number, 5, f"{number} are in flight"
    )


def workers(server: Server) -> list[int]:
    """The pids of the tiny service's workers."""
    found = children_of(server.pid).items()
    return [pid for pid, command in found if "telemetry.exporter" not in command]


def sockets(pid: int) -> list[str]:
    """The sockets that a process has open; one may close meanwhile."""
    found = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(os.readlink(each))
    return [each for each in found if each.startswith("socket:")]


def test_it_inherits_nothing(tiny: Server) -> None:
    pid = exporter_of(tiny.pid)
    # Its own, that listens, and for a moment that of the request which asked whether it is there.
    wait_until(lambda: len(sockets(pid)) == 1, 5, "it has one socket")
    [own] = sockets(pid)
    for worker in [tiny.pid, *workers(tiny)]:
        assert own not in sockets(worker)
    assert os.getpgid(pid) == pid, "the terminal's signals would reach it"
    assert os.getsid(pid) == os.getsid(tiny.pid), "its niceness would count for nothing"
    behind = [os.getpriority(os.PRIO_PROCESS, each) for each in (pid, *workers(tiny))]
    assert behind[0] == min(behind[1] + NICER, 19)


def ended(server: Server, times: int) -> bool:
    """Whether the log says that the exporter was killed so often."""
    return server.output().count("ended with SIGKILL; started again in") == times


def test_killed_it_is_back_within_five_seconds(tiny: Server) -> None:
    for number in (1, 2):
        os.kill(exporter_of(tiny.pid), signal.SIGKILL)
        logged = partial(ended, tiny, number)
        wait_until(logged, 5, "its end is seen")
        wait_for_exporter(tiny, 5)


def test_it_ends_with_a_master_that_is_killed(tiny: Server) -> None:
    pid, orphans = exporter_of(tiny.pid), workers(tiny)
    os.kill(tiny.pid, signal.SIGKILL)
    tiny.process.wait()
    wait_until(lambda: not alive(pid), 2, "the exporter has ended")
    for orphan in orphans:
        os.kill(orphan, signal.SIGKILL)


def test_it_answers_until_the_last_worker_has_drained(tiny: Server) -> None:
    pid = exporter_of(tiny.pid)
    slow = threading.Thread(target=fetch, args=(f"{tiny.url}/slow?3",))
    slow.start()
    in_flight(tiny, 1)
    tiny.process.send_signal(signal.SIGTERM)
    scrapes = 0
    while slow.is_alive():
        if scrape(tiny.metrics_port)["asgi_requests_in_flight"] == 1:
            scrapes += 1
    slow.join()
    assert scrapes > 1
    assert tiny.process.wait(10) == 0
    assert not alive(pid)


def test_killed_while_the_workers_drain_it_is_back(tiny: Server) -> None:
    """The master's main loop is over then; it only waits for its workers."""
    slow = threading.Thread(target=fetch, args=(f"{tiny.url}/slow?6",))
    slow.start()
    in_flight(tiny, 1)
    tiny.process.send_signal(signal.SIGTERM)
    wait_until(lambda: "Handling signal: term" in tiny.output(), 5, "the shutdown begins")
    os.kill(exporter_of(tiny.pid), signal.SIGKILL)
    wait_until(partial(ended, tiny, 1), 5, "its end is seen")
    wait_for_exporter(tiny, 5)
    assert slow.is_alive()
    slow.join()
    assert tiny.process.wait(10) == 0


def test_a_reload_keeps_it(tiny: Server) -> None:
    pid, before = exporter_of(tiny.pid), workers(tiny)
    os.kill(tiny.pid, signal.SIGHUP)
    wait_until(lambda: not set(before) & set(workers(tiny)), 15, "the workers are replaced")
    assert exporter_of(tiny.pid) == pid


def test_a_killed_worker_takes_no_count_along(tiny: Server) -> None:
    for _ in range(20):
        fetch(f"{tiny.url}/counted")
    stuck = [
        threading.Thread(target=status_of, args=(f"{tiny.url}/stuck?60", 60)) for _ in range(4)
    ]
    for each in stuck:
        each.start()
    in_flight(tiny, 4)
    before = scrape(tiny.metrics_port)
    for pid in workers(tiny):
        os.kill(pid, signal.SIGKILL)
    in_flight(tiny, 0)
    for each in stuck:
        each.join()
    wait_until(lambda: status_of(f"{tiny.url}/counted") == 200, 60, "new workers")
    after = scrape(tiny.metrics_port)
    assert before[REQUESTS] >= 20
    fallen = [
        name
        for name, number in before.items()
        if re.search(r"_(total|count|sum|bucket)(\{|$)", name) and after.get(name, -1) < number
    ]
    assert fallen == []


class Clock:
    """Stands where the module `time` stands."""

    now = 1000.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The supervisor's clock, which stands still."""
    clock = Clock()
    monkeypatch.setattr(supervisor, "time", clock)
    return clock


@pytest.mark.parametrize(
    ("status", "name", "expected"),
    [
        (78, "status 78", ["0.5", "1", "2", "4", "8", "16", "32", "60", "60"]),
        (-9, "SIGKILL", ["0.5", "1", "2", "4", "4"]),
        (0, "status 0", ["0.5", "1", "2", "4", "4"]),
    ],
)
def test_pauses_grow_but_a_killed_one_is_back_within_five_seconds(
    status: int, name: str, expected: list[str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended:
        """A process that has ended at once."""

        pid = 7

        def __init__(self, _command: list[str], **_options: object) -> None:
            pass

        def poll(self) -> int:
            """Its status."""
            return status

    monkeypatch.setattr(subprocess, "Popen", Ended)
    lines: list[str] = []
    subject = Supervisor([], lines.append)
    for pause in expected:
        subject.check()  # starts it
        subject.check()  # sees its end
        clock.now += float(pause) - 0.1
        subject.check()  # too early
        clock.now += 0.1
    assert lines == [
        f"metrics exporter (pid 7) ended with {name}; started again in {pause} s"
        for pause in expected
    ]


def test_one_that_cannot_be_started_is_tried_again(clock: Clock) -> None:
    lines: list[str] = []
    subject = Supervisor(["/does/not/exist"], lines.append)
    subject.check()
    subject.check()
    clock.now += 1
    subject.check()
    assert [line.partition(":")[0] for line in lines] == [
        "metrics exporter could not be started"
    ] * 2
    assert lines[0].endswith("No such file or directory: '/does/not/exist'; started again in 0.5 s")


def test_a_steady_one_is_back_at_once(clock: Clock) -> None:
    lines: list[str] = []
    subject = Supervisor([sys.executable, "-c", ""], lines.append)
    subject.check()
    assert subject.process is not None
    first = subject.process.pid
    clock.now += 11
    os.waitpid(first, 0)  # as gunicorn does: somebody else takes its status
    subject.check()
    assert lines == [f"metrics exporter (pid {first}) ended with status 0; started again in 0 s"]
    assert subject.process is not None
    assert subject.process.pid != first
    subject.stop()
    subject.check()
    assert subject.process is None, "it was ended on purpose"


def test_one_that_does_not_end_is_killed(tmp_path: Path) -> None:
    program = f"""
import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({str(tmp_path)!r}, "deaf").touch()
time.sleep(60)
"""
    subject = Supervisor([sys.executable, "-c", program], print)
    subject.check()
    process = subject.process
    assert process is not None
    wait_until((tmp_path / "deaf").exists, 10, "it ignores SIGTERM")
    subject.stop()
    assert process.returncode == -signal.SIGKILL


def test_stopping_nothing_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    Supervisor([], print).stop()
    monkeypatch.setattr(supervisor, "_supervisor", None)
    finish()


def test_a_worker_leaves_it_alone() -> None:
    """It has a copy of everything of the master's, and must neither start nor end an exporter."""
    program = """
import os, sys
from app.telemetry.supervisor import Supervisor
subject = Supervisor([sys.executable, "-c", "import time; time.sleep(60)"], print)

def worker():
    pid = os.fork()
    if pid == 0:
        subject.check()
        assert subject.process is None
        sys.exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0

worker()
subject.check()
worker()
subject.stop()
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_why_a_port_is_taken() -> None:
    assert taken("127.0.0.1", free_port()) is None
    assert taken("::1", 0) is None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert taken("127.0.0.1", listener.getsockname()[1]) == "Address already in use"
