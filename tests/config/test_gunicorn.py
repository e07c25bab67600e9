"""gunicorn's configuration: checked, refused in one line, and without a trace of a stranger's."""

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.serving.connections import raise_file_limit
from tests.server.harness import GUNICORN, ROOT, free_port, gunicorn, status_of, wait_until


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run gunicorn to its end, with ports that nobody listens on."""
    ports = {"PORT": str(free_port()), "METRICS_PORT": str(free_port()), "HOST": "127.0.0.1"}
    return subprocess.run(
        [*GUNICORN, *arguments],
        cwd=ROOT,
        env=os.environ | ports | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_configuration_passes_gunicorn_s_own_check(tmp_path: Path) -> None:
    done = run("--check-config", RUNTIME_DIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


def test_wrong_settings_are_all_told_before_a_port_is_opened(tmp_path: Path) -> None:
    done = run(PORT="x", WEB_CONCURRENCY="0", RUNTIME_DIR=str(tmp_path / "run"))
    assert done.returncode == os.EX_CONFIG
    assert "PORT" in done.stderr
    assert "WEB_CONCURRENCY" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["PORT", "METRICS_PORT"])
def test_a_taken_port_is_told_in_one_line(name: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    mark.touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(**{name: port, "RUNTIME_DIR": str(tmp_path)})
    assert done.returncode == os.EX_CONFIG
    last = done.stderr.splitlines()[-1]
    assert last == f"Not started: {name}={port} on 127.0.0.1: Address already in use."
    assert "Traceback" not in done.stdout + done.stderr
    assert mark.exists()  # the folder may be that of the service that has the port


def test_a_runtime_folder_that_cannot_be_had_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run(RUNTIME_DIR=str(tmp_path / "file"))
    assert done.returncode == os.EX_CONFIG
    assert done.stderr == f"Not started: RUNTIME_DIR={tmp_path / 'file'}: File exists.\n"


@pytest.mark.usefixtures("postgres")
def test_it_listens_on_an_ipv6_address() -> None:
    with gunicorn({"HOST": "::1"}, ready="") as server:
        wait_until(
            lambda: status_of(f"http://[::1]:{server.port}/livez") == 200, 20, "it answers on ::1"
        )
        assert server.stop() == 0


@pytest.mark.usefixtures("postgres")
@pytest.mark.parametrize(("grace", "told"), [("9", False), ("8", True)])
def test_a_drain_that_the_pod_does_not_live_to_see_is_told(grace: str, told: bool) -> None:
    with gunicorn({"DRAIN_SECONDS": "2", "GRACE_SECONDS": grace}, ready="/livez") as server:
        assert ("DRAIN_SECONDS=2 makes a drain of up to 9 s" in server.output()) is told


@pytest.mark.usefixtures("postgres")
def test_a_worker_that_cannot_start_ends_the_service_with_one_clear_line(tmp_path: Path) -> None:
    module = tmp_path / "broken_application.py"
    module.write_text(
        "from contextlib import asynccontextmanager\n"
        "from app.serving.lifespan import Lifespan\n"
        "@asynccontextmanager\n"
        "async def broken():\n"
        "    raise RuntimeError('no such queue')\n"
        "    yield\n"
        "async def nothing(scope, receive, send): ...\n"
        "application = Lifespan(nothing, [broken])\n"
    )
    arguments = [*GUNICORN[:-1], "broken_application:application"]
    ports = {"PORT": str(free_port()), "METRICS_PORT": str(free_port()), "HOST": "127.0.0.1"}
    done = subprocess.run(
        arguments,
        cwd=ROOT,
        env=os.environ | ports | {"PYTHONPATH": str(tmp_path), "RUNTIME_DIR": str(tmp_path / "r")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert done.stdout.count("no such queue") == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert sys.executable not in done.stderr


def test_connections_of_a_burst_wait_while_the_worker_is_busy() -> None:
    number = 3000
    most = int(Path("/proc/sys/net/core/somaxconn").read_text())
    if most < number:
        pytest.skip(f"this machine lets {most} connections wait (net.core.somaxconn)")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    raise_file_limit()
    try:
        with gunicorn(ready="/livez") as server, contextlib.ExitStack() as burst:
            [worker] = server.worker_pids()
            os.kill(worker, signal.SIGSTOP)
            burst.callback(os.kill, worker, signal.SIGCONT)
            for _ in range(number):  # TimeoutError for one that the kernel has no place for
                burst.enter_context(socket.create_connection(("127.0.0.1", server.port), 0.9))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
