"""Real server processes for tests: started on free loopback ports, ended by process id."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = (sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.asgi:application")


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Return when `condition()` is true; AssertionError naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


_given: set[int] = set()


def free_port() -> int:
    """A TCP port that was free on loopback a moment ago; never the same twice.

    Of those below the ones that Linux gives to outgoing connections: the load of another test may
    take one of these before its server does. Not of `random`: that begins alike in each process.
    """
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        if port not in _given:
            with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
                _given.add(port)
                return port


def children(pid: int) -> list[int]:
    """The living children of a process (their ids), zombies left out."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return sorted(found)


def status_of(url: str, timeout: float = 5) -> int:
    """The HTTP status of a GET, 0 when nobody answered."""
    try:
        with urlopen(url, timeout=timeout) as response:  # noqa: S310 - our own loopback server
            status: int = response.status
            return status
    except HTTPError as error:
        with error:
            return error.code
    except (URLError, OSError):
        return 0


@dataclass
class Server:
    """A running server: its ports and its first process (gunicorn's master)."""

    process: subprocess.Popen[bytes]
    port: int
    metrics_port: int
    runtime_dir: Path
    log: Path

    @property
    def url(self) -> str:
        """The address without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id of gunicorn's master."""
        return self.process.pid

    def worker_pids(self) -> list[int]:
        """The ids of the master's workers (forked: they share its command line)."""
        command = command_line(self.pid)
        return [pid for pid in children(self.pid) if command_line(pid) == command]

    def output(self) -> str:
        """The whole lines that the server wrote to stdout and stderr so far."""
        lines = self.log.read_text(errors="replace").splitlines(keepends=True)
        return "".join(line for line in lines if line.endswith("\n"))

    def stop(self, number: int = signal.SIGTERM, seconds: float = 40) -> int:
        """Send a signal, wait for the end, return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


@contextlib.contextmanager
def serving(
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    *,
    stdout: IO[bytes] | int | None = None,
    ready: str = "/readyz",
) -> Iterator[Server]:
    """Start `command` with a free PORT and METRICS_PORT, wait for `ready` to be 200, end it after.

    In `command`, `{port}` is replaced by the port. `stdout` gets stdout and stderr (default: a
    file, see `Server.output`). AssertionError with the output when it does not come up in 60 s.
    """
    port, metrics_port = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="asgi-") as folder:
        runtime_dir, log = Path(folder) / "run", Path(folder) / "log"
        settings = {
            "SECRET_KEY": "for-tests-" * 6,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "LOG_FORMAT": "json",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "METRICS_PORT": str(metrics_port),
            "RUNTIME_DIR": str(runtime_dir),
            "DRAIN_SECONDS": "2",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        with log.open("wb") as file:
            process = subprocess.Popen(
                [part.replace("{port}", str(port)) for part in command],
                cwd=ROOT,
                env=os.environ | settings | dict(env or {}),
                stdin=subprocess.DEVNULL,
                stdout=stdout or file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        server = Server(process, port, metrics_port, runtime_dir, log)
        try:
            if ready:
                wait_until(
                    lambda: status_of(server.url + ready) == 200 or process.poll() is not None,
                    60,
                    f"{ready} is 200\n{server.output()}",
                )
                assert process.poll() is None, server.output()
            yield server
        finally:
            # A test that ends early must leave nothing behind: the session is the server's own.
            with contextlib.suppress(ProcessLookupError):
                if process.poll() is None:
                    process.terminate()
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(20)
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def gunicorn(
    env: Mapping[str, str] | None = None,
    *args: str,
    stdout: IO[bytes] | int | None = None,
    ready: str = "/readyz",
) -> contextlib.AbstractContextManager[Server]:
    """The service as it is run in production: see `serving`."""
    return serving((*GUNICORN, *args), env, stdout=stdout, ready=ready)


def command_line(pid: int) -> bytes:
    """The command line of a process, empty when it is a zombie or gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
