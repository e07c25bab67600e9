"""`manage.py migrate_safely`, as pods start it: processes of their own on a real PostgreSQL."""

import os
import subprocess
import sys

import psycopg
import pytest

from app.serving.migration_session import LOCK
from tests.server.harness import ROOT, free_port

SETTINGS = "tests.serving.management.commands.migrated_settings"
APPLIED = "SELECT name FROM django_migrations WHERE app = 'migrated' ORDER BY name"


def start(database: str, *arguments: str, **env: str) -> subprocess.Popen[str]:
    variables = {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": SETTINGS} | env
    return subprocess.Popen(
        [sys.executable, "manage.py", *(arguments or ("migrate_safely",))],
        cwd=ROOT,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(database: str, *arguments: str, **env: str) -> tuple[int, str]:
    process = start(database, *arguments, **env)
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


def rows(database: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database) as connection:
        return connection.execute(query.encode()).fetchall()


def test_ten_pods_that_start_at_once_migrate_once(empty_database: str) -> None:
    pods = [start(empty_database) for _ in range(10)]
    outputs = [pod.communicate(timeout=100)[0] for pod in pods]
    assert [pod.returncode for pod in pods] == [0] * 10, outputs
    assert sum("Applying migrated.0002_row... OK" in each for each in outputs) == 1
    assert sum("No migrations to apply." in each for each in outputs) == 9
    assert any("Waiting for another process" in each for each in outputs)
    assert rows(empty_database, APPLIED) == [("0001_table",), ("0002_row",), ("0003_index",)]
    assert len(rows(empty_database, "SELECT * FROM marks")) == 1


def test_waits_for_a_database_and_says_why_it_gives_up() -> None:
    port = free_port()
    url = f"postgres://nobody:secret@127.0.0.1:{port}/nothing"
    status, output = run(url, "migrate_safely", "--wait", "0.6")
    assert status == 3
    assert output.count("Waiting for the database:") == 1
    assert output.count("Connection refused") == 2
    assert output.splitlines()[-1].startswith("CommandError: No database: ")
    assert "secret" not in output
    assert "Traceback" not in output


def test_gives_up_on_a_process_that_migrates_for_too_long(empty_database: str) -> None:
    with psycopg.connect(empty_database) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        status, output = run(empty_database, "migrate_safely", "--lock-wait", "0.4")
    assert status == 4
    assert output.splitlines() == [
        "Waiting for another process that migrates this database.",
        "CommandError: Another process still migrates after 0.4 s.",
    ]


def test_a_locked_table_is_left_alone_and_tried_again(empty_database: str) -> None:
    assert run(empty_database, "migrate", "migrated", "0001")[0] == 0
    with psycopg.connect(empty_database) as reader:
        reader.execute("LOCK TABLE marks")
        status, output = run(empty_database, "migrate_safely", "--lock-timeout", "0.2")
    assert status == 5
    assert "A table stayed locked for 0.2 s: canceling statement due to lock timeout" in output
    assert rows(empty_database, APPLIED) == [("0001_table",)]
    assert run(empty_database, "migrate_safely", "--verbosity", "0") == (0, "")
    assert len(rows(empty_database, "SELECT * FROM marks")) == 1


def test_a_statement_may_take_long(empty_database: str) -> None:
    env = {"DB_STATEMENT_TIMEOUT_SECONDS": "0.2"}
    assert run(empty_database, "migrate_safely", "--verbosity", "0", **env) == (0, "")


@pytest.mark.parametrize(
    ("statement", "status", "words"),
    [
        ("SELECT pg_terminate_backend(pg_backend_pid())", 3, "The database went away: "),
        ("SELECT 1 / 0", 1, "division by zero"),
        ("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(5)", 1, "canceling statement"),
    ],
)
def test_a_failed_migration(empty_database: str, statement: str, status: int, words: str) -> None:
    found, output = run(empty_database, "migrate_safely", MIGRATION_SQL=statement)
    assert found == status, output
    assert words in output
    assert rows(empty_database, APPLIED) == [("0001_table",), ("0002_row",)]
