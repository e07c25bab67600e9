"""A file of 1 GB goes to a slow client in pieces: the worker's memory stays flat."""

import socket
from pathlib import Path

import pytest

from tests.server.harness import gunicorn, wait_until

pytestmark = pytest.mark.usefixtures("postgres")
SIZE = 1024**3
READ = 64 * 1024**2


def resident(pid: int) -> int:
    """The resident memory of a process, in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def open_files(pid: int) -> set[str]:
    return {str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir()}


def test_a_slow_client_and_its_disconnect(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as content:
        content.truncate(SIZE)  # sparse: it takes no room
    settings = {"DJANGO_SETTINGS_MODULE": "tests.server.settings", "LARGE_FILE": str(file)}
    with gunicorn(settings) as server:
        [worker] = server.worker_pids()
        before = resident(worker)
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            client.sendall(b"GET /large-file HTTP/1.1\r\nHost: localhost\r\n\r\n")
            wait_until(lambda: str(file) in open_files(worker), 5, "the file is open")
            received = 0
            while received < READ:
                received += len(client.recv(1024**2))
                assert resident(worker) - before < 32 * 1024**2
        wait_until(lambda: str(file) not in open_files(worker), 5, "the file is closed")
        wait_until(lambda: '"http.response.status_code":499' in server.output(), 5, "it is logged")
