"""`make run` as a person knows it: up, side by side, down, and up again after a kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.postmaster import postmaster
from tests.scripts.service import Service
from tests.server.harness import free_port


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


@pytest.mark.timeout(600)
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
    assert service.process.wait(60) == os.EX_CONFIG, service.log.read_text()
    told = service.log.read_text()
    assert "2 settings are wrong" in told
    assert "Traceback" not in told
    assert postmaster(service.data) is None


def test_ctrl_c_comes_to_the_reloader_once(project: Path) -> None:
    service = Service(project, "dev")
    service.wait_until_ready()
    (reloader,) = [each for each in service.processes() if "--reload" in each.cmdline()]
    assert os.getsid(reloader.pid) == reloader.pid  # the terminal's own does not come to it
    os.killpg(service.process.pid, signal.SIGINT)
    assert service.process.wait(30) == 0, service.log.read_text()
    assert not reloader.is_running()
    assert postmaster(service.data) is None
