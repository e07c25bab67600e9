"""The image's health check: what it asks, of which port, and how cheaply."""

import os
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.serving.healthcheck import healthy
from tests.environment import ROOT


@contextmanager
def service(host: str, status: int) -> Iterator[dict[str, str]]:
    """The environment of a service that answers `/livez` with this status, all else with 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/livez" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer((host, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield {"HOST": host, "PORT": str(server.server_port)}
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])  # noqa: S104 - as a pod does
def test_a_service_that_lives_is_healthy(host: str) -> None:
    with service(host, 200) as env:
        assert healthy(env)


def test_one_that_answers_otherwise_is_not() -> None:
    with service("127.0.0.1", 503) as env:
        assert not healthy(env)


def test_one_that_is_gone_is_not() -> None:
    with service("127.0.0.1", 200) as env:
        pass
    assert not healthy(env)


def test_the_command_takes_port_and_host_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for status, expected in ((200, 0), (500, 1)):
        with service("127.0.0.1", status) as env, monkeypatch.context() as patched:
            patched.setattr(os, "environ", env)
            with pytest.raises(SystemExit) as ended:
                runpy.run_path(str(ROOT / "app" / "serving" / "healthcheck.py"), {}, "__main__")
            assert int(ended.value.code or 0) == expected


def test_it_imports_no_package() -> None:
    names = "import sys, app.serving.healthcheck; print(*sys.modules)"
    command = [sys.executable, "-S", "-c", names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "socket" in imported
    assert not imported & {"django", "gunicorn", "http.client", "ssl", "asyncio"}
