"""What tests need in the environment before Django's settings are read."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from scripts.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent
postgres = Postgres(Path(tempfile.gettempdir()) / f"postgres-tests-{os.getpid()}", lasting=False)

VALUES = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "for-tests-" * 6,
    "AUTH_SECRET": "for-tests-" * 6,
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "DATABASE_URL": postgres.url,
    "LOG_FORMAT": "json",
}


def provide() -> None:
    """Set what is not set; a DATABASE_URL from outside is honoured."""
    for name, value in VALUES.items():
        os.environ.setdefault(name, value)


@contextlib.contextmanager
def database_beside(url: str, name: str) -> Iterator[str]:
    """The DATABASE_URL of a new database in the same server, without a table."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        connection.execute(drop.format(sql.Identifier(name)))


def migrate(url: str) -> None:
    """Make a database what a server of these tests is ready with."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate_safely", "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        check=True,
    )
