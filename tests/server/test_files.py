"""A file of 1 GB goes to a slow client in pieces: the worker's memory stays flat."""

import socket
from pathlib import Path

import psutil
import pytest

from tests.server.harness import gunicorn, wait_until

pytestmark = pytest.mark.usefixtures("postgres")
SIZE = 1024**3
READ = 64 * 1024**2


def test_a_slow_client_and_its_disconnect(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as content:
        content.truncate(SIZE)  # sparse: it takes no room
    settings = {"DJANGO_SETTINGS_MODULE": "tests.server.settings", "LARGE_FILE": str(file)}
    with gunicorn(settings) as server:
        [worker] = server.worker_pids()
        process = psutil.Process(worker)

        def is_open() -> bool:
            return str(file) in {each.path for each in process.open_files()}

        before = process.memory_info().rss
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            client.sendall(b"GET /large-file HTTP/1.1\r\nHost: localhost\r\n\r\n")
            wait_until(is_open, 5, "the file is open")
            received = 0
            while received < READ:
                received += len(client.recv(1024**2))
                assert process.memory_info().rss - before < 32 * 1024**2
        wait_until(lambda: not is_open(), 5, "the file is closed")
        wait_until(lambda: '"http.response.status_code":499' in server.output(), 5, "it is logged")
