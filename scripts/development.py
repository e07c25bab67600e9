"""What the service needs around it on a person's machine: an environment and a database."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import environ
from django.core.management.utils import get_random_secret_key

from scripts.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def development(**more: str) -> Iterator[dict[str, str]]:
    """The environment for the service: the shell's, then `.env`, then `more`, then what is missing.

    Without a DATABASE_URL a PostgreSQL with its data in `var/postgres` runs meanwhile. Raises
    `scripts.postgres.PostgresError`.
    """
    environ.Env.read_env(ROOT / ".env") if (ROOT / ".env").exists() else None
    defaults = {
        # Thrown away with the process: sessions and tokens end with it.
        "SECRET_KEY": get_random_secret_key(),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **more,
    }
    env = dict(os.environ)
    for name, value in defaults.items():
        if not env.get(name) and not env.get(f"{name}_FILE"):
            env[name] = value
    if env.get("DATABASE_URL") or env.get("DATABASE_URL_FILE"):
        yield env
        return
    postgres = Postgres(ROOT / "var" / "postgres")
    postgres.open()
    try:
        yield env | {"DATABASE_URL": postgres.url}
    finally:
        postgres.close()
