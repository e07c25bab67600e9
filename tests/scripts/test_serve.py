"""`make run` as a person knows it: up, side by side, down, and up again after a kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scripts.postmaster import postmaster
from tests.server.harness import ROOT, free_port, status_of, wait_until


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """The project without its `var` folder and its `.env`."""
    for name in ("app", "config", "scripts", "manage.py", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    yield tmp_path
    left = postmaster(tmp_path / "var" / "postgres" / "data")
    if left is not None:
        left.kill()


def test_a_database_that_is_not_there_is_told_in_one_line(project: Path) -> None:
    url = f"postgres://me:secret@127.0.0.1:{free_port()}/mine"
    done = subprocess.run(
        [sys.executable, "-m", "scripts.serve", "run"],
        cwd=project,
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Not started: DATABASE_URL: connection failed")
    assert "Connection refused" in done.stderr
    assert "secret" not in done.stderr
    assert done.stderr.count("\n") == 1


class Service:
    """`python -m scripts.serve` on free ports, in a process group of its own."""

    def __init__(self, project: Path, mode: str = "run") -> None:
        self.data = project / "var" / "postgres" / "data"
        self.port = free_port()
        self.log = project / f"log-{self.port}"
        variables = {"PORT": str(self.port), "METRICS_PORT": str(free_port())}
        variables |= {"DRAIN_SECONDS": "1", "RUNTIME_DIR": str(project / f"run-{self.port}")}
        not_given = {"DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS"}
        env = {name: value for name, value in os.environ.items() if name not in not_given}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "scripts.serve", mode],
                cwd=project,
                env=env | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Until it answers that it is."""
        url = f"http://127.0.0.1:{self.port}/readyz"
        wait_until(
            lambda: status_of(url) == 200 or self.process.poll() is not None, 60, "it is ready"
        )
        assert self.process.poll() is None, self.log.read_text()

    def processes(self) -> list[psutil.Process]:
        """It and all that it started, without PostgreSQL, which has another parent."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]


def test_up_and_down_and_up_again_after_everything_was_killed(project: Path) -> None:
    first = Service(project)
    first.wait_until_ready()
    second = Service(project)
    second.wait_until_ready()
    database = postmaster(first.data)
    assert database is not None
    assert os.getsid(database.pid) != first.process.pid

    # The last to leave stops the database, and not before it has left.
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(30) == 0, first.log.read_text()
    assert postmaster(first.data) == database
    for process in second.processes():
        process.kill()
    second.process.wait()
    assert postmaster(first.data) == database

    third = Service(project)
    third.wait_until_ready()
    assert postmaster(first.data) == database
    database.kill()
    for process in third.processes():
        process.kill()
    third.process.wait()

    fourth = Service(project)
    fourth.wait_until_ready()
    fourth.process.send_signal(signal.SIGINT)
    assert fourth.process.wait(30) == 0, fourth.log.read_text()
    assert postmaster(first.data) is None
    assert not (first.data / "postmaster.pid").exists()


def test_wrong_settings_are_told_before_anything_serves(project: Path) -> None:
    (project / ".env").write_text("WEB_CONCURRENCY=none\nLOG_LEVEL=LOUD\n")
    service = Service(project)
    assert service.process.wait(60) == os.EX_CONFIG
    told = service.log.read_text()
    assert "2 settings are wrong" in told
    assert "Traceback" not in told
    assert postmaster(service.data) is None
