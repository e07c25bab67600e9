"""PostgreSQL for development: found again after every kind of death."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from scripts.postgres import Postgres, PostgresError
from tests.server.harness import wait_until


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A folder with a database that is made once; each test starts it anew."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        yield Path(folder)


@pytest.fixture
def postgres(data: Path) -> Iterator[Postgres]:
    server = Postgres(data, lasting=False)
    yield server
    server.close()


def pid_of(postgres: Postgres) -> int:
    return int((postgres.data / "postmaster.pid").read_text().splitlines()[0])


def ask(postgres: Postgres, question: str) -> object:
    with psycopg.connect(postgres.url) as connection:
        row = connection.execute(question.encode()).fetchone()
        assert row is not None
        return row[0]


def dead(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_listens_on_a_socket_of_its_own_and_in_a_session_of_its_own(postgres: Postgres) -> None:
    postgres.open()
    assert ask(postgres, "SHOW listen_addresses") == ""
    assert os.getsid(pid_of(postgres)) != os.getsid(0)
    assert postgres.sockets.stat().st_mode & 0o077 == 0


def test_it_is_stopped_at_the_end(postgres: Postgres) -> None:
    postgres.open()
    postgres.close()
    assert not (postgres.data / "postmaster.pid").exists()
    postgres.close()  # a second time is nothing


def test_the_last_of_those_who_share_it_stops_it(data: Path, postgres: Postgres) -> None:
    postgres.open()
    pid = pid_of(postgres)
    second = Postgres(data, lasting=False)
    second.open()
    postgres.close()
    assert pid_of(second) == pid
    assert ask(second, "SELECT 1") == 1
    second.close()
    assert not (second.data / "postmaster.pid").exists()


def test_one_that_was_left_running_is_joined(data: Path, postgres: Postgres) -> None:
    program = f"""
from pathlib import Path
from scripts.postgres import Postgres
Postgres(Path({str(data)!r}), lasting=False).open()
print("open", flush=True)
input()
"""
    left = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with left:
        assert left.stdout is not None
        assert left.stdout.readline() == b"open\n"
        left.kill()
    pid = pid_of(postgres)
    postgres.open()
    assert pid_of(postgres) == pid
    postgres.close()
    assert not (postgres.data / "postmaster.pid").exists()


def test_one_that_was_killed_is_started_again(postgres: Postgres) -> None:
    postgres.open()
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value int)")
        connection.execute("INSERT INTO kept VALUES (42)")
        killed = psutil.Process(pid_of(postgres))
        killed.kill()
        wait_until(lambda: dead(killed), 10, "it is dead")
    postgres.close()
    assert pid_of(postgres) == killed.pid  # its pidfile stays behind
    postgres.open()
    assert pid_of(postgres) != killed.pid
    assert ask(postgres, "SELECT value FROM kept") == 42


def test_a_process_id_that_went_to_another_program_does_no_harm(postgres: Postgres) -> None:
    postgres.open()
    pidfile = postgres.data / "postmaster.pid"
    old = pidfile.read_text()
    postgres.close()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        lines = [str(stranger.pid), *old.splitlines()[1:]]
        pidfile.write_text("\n".join(lines) + "\n")
        (postgres.sockets / ".s.PGSQL.5432.lock").write_text("\n".join(lines) + "\n")
        postgres.open()
        assert pid_of(postgres) != stranger.pid
        assert stranger.poll() is None
        stranger.kill()


def test_one_that_hangs_is_ended(
    monkeypatch: pytest.MonkeyPatch, data: Path, postgres: Postgres
) -> None:
    monkeypatch.setattr("scripts.postgres.STOP_SECONDS", 1)
    first = Postgres(data, lasting=False)
    first.open()
    hanging = psutil.Process(pid_of(first))
    hanging.suspend()
    postgres.open()
    wait_until(lambda: dead(hanging), 5, "the first is dead")
    assert ask(postgres, "SELECT 1") == 1
    first.close()
    assert ask(postgres, "SELECT 2") == 2
    replaced = psutil.Process(pid_of(postgres))
    replaced.suspend()
    postgres.close()
    wait_until(lambda: dead(replaced), 5, "the second is dead")


def test_what_an_interrupted_start_left_is_never_taken(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    (folder / "data.new").mkdir()
    (folder / "data.new" / "half").write_text("")
    server = Postgres(folder, lasting=False)
    server.open()
    assert not (server.data / "half").exists()
    server.close()


def test_data_of_another_version_is_told(tmp_path: Path) -> None:
    server = Postgres(tmp_path, lasting=False)
    server.data.mkdir(mode=0o700)
    (server.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresError, match="pg_ctl failed"):
        server.open()


def test_a_deep_folder_has_its_socket_elsewhere(tmp_path: Path) -> None:
    server = Postgres(tmp_path / ("deep" * 30), lasting=False)
    assert len(str(server.sockets)) < 80
