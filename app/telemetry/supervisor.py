"""Keeps the exporter running from gunicorn's master, without a thread: the master forks.

`config/gunicorn.py` calls `supervise(server, …)` in `when_ready` and `finish()` in `on_exit`. The
check then rides on two methods of the master: `manage_workers`, which its main loop calls at least
once a second, and `reap_workers`, called on every SIGCHLD and ten times a second while a reload
or the shutdown waits for workers; so the exporter is kept until the last worker has drained.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
STEADY = 10.0  # seconds after which an exporter counts as well: its next one starts at once
PATIENCE = 4.0  # longest wait after one that was killed; promised is a new one within 5 s
LONG_PATIENCE = 60.0  # after one that gave up by itself, as when its port is taken


class Supervisor:
    """Starts the exporter, again when it ended, and ends it. `log` takes a line for each ending."""

    def __init__(self, command: list[str], log: Callable[[str], None]) -> None:
        self.command = command
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._pause = 0.0
        self._start_at = 0.0
        self._started = 0.0
        os.register_at_fork(after_in_child=self._leave)

    def check(self) -> None:
        """Start the exporter if it does not run and its pause is over; a microsecond if it does."""
        if self.process is not None and self._ended(self.process):
            self.process = None
        if self.process is None and time.monotonic() >= self._start_at:
            self._start()

    def _start(self) -> None:
        self._started = time.monotonic()
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own module, no input in the command
                self.command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                # A group of its own: the terminal's Ctrl-C reaches it through the master only,
                # after the workers have drained. Not a session: outside of a container Linux
                # weighs sessions, not processes (sched_autogroup): its niceness were nothing.
                # Popen closes every other file, sockets included.
                process_group=0,
            )
        except OSError as error:  # no memory, no pid: not a reason for the master to end
            self._wait(LONG_PATIENCE, f"could not be started: {error}")

    def _ended(self, process: "subprocess.Popen[bytes]") -> bool:
        """Whether it has ended, also when gunicorn's `waitpid(-1)` has taken its status: 0 then.

        `Popen.poll` asks for this child alone, and the kernel knows it until someone has waited
        for it; after that it is no child of ours, whoever may have its pid by then.
        """
        status = process.poll()
        if status is None:
            return False
        longest = LONG_PATIENCE if status > 0 else PATIENCE
        what = f"status {status}" if status >= 0 else signal.Signals(-status).name
        self._wait(longest, f"(pid {process.pid}) ended with {what}")
        return True

    def _wait(self, longest: float, what: str) -> None:
        if time.monotonic() - self._started > STEADY:
            self._pause = 0
        else:
            self._pause = min(max(0.5, self._pause * 2), longest)
        self._start_at = time.monotonic() + self._pause
        self.log(f"metrics exporter {what}; started again in {self._pause:g} s")

    def _leave(self) -> None:
        """In a worker: the exporter is the master's (a Popen dropped running gives a warning)."""
        self._start_at = float("inf")
        process, self.process = self.process, None
        if process is not None:
            process.returncode = 0

    def stop(self) -> None:
        """End the exporter: SIGTERM, and SIGKILL after two seconds."""
        self._start_at = float("inf")
        process, self.process = self.process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


_supervisor: Supervisor | None = None


def supervise(server: Any, *, host: str, port: int, version: str, commit: str) -> None:
    """Start the exporter of this gunicorn `Arbiter` on a port, and keep it running.

    Needs PROMETHEUS_MULTIPROC_DIR in `os.environ`.
    """
    global _supervisor  # noqa: PLW0603 - one exporter a master; gunicorn re-runs its config on SIGHUP
    command = [sys.executable, "-m", "app.telemetry.exporter"]
    options = {"host": host, "port": port, "version": version, "commit": commit}
    command += [f"--{name}={value}" for name, value in options.items()]
    command += [f"--master={os.getpid()}"]
    _supervisor = supervisor = Supervisor(command, server.log.warning)
    supervisor.check()

    def watched(method: Callable[[], None]) -> Callable[[], None]:
        @wraps(method)
        def checked() -> None:
            supervisor.check()
            method()

        return checked

    server.manage_workers = watched(server.manage_workers)
    server.reap_workers = watched(server.reap_workers)


def finish() -> None:
    """End the exporter; for `on_exit`, when the last worker is gone."""
    if _supervisor is not None:
        _supervisor.stop()


def mark_dead(pid: int) -> None:
    """Forget a dead worker's share of the live gauges; for `child_exit`."""
    # Imported here: prometheus_client looks at PROMETHEUS_MULTIPROC_DIR when it is first imported.
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415

    mark_process_dead(pid)  # type: ignore[no-untyped-call] # prometheus_client ships it untyped


def taken(host: str, port: int) -> str | None:
    """Why a port cannot be listened on, None when it can; to be asked before anything starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror
    return None
