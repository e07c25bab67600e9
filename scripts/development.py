"""What the service needs around it on a person's machine: an environment and a database."""

import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import environ

from scripts.postgres import Postgres

ROOT = Path(__file__).parent.parent


def environment(more: Mapping[str, str], folder: Path = ROOT) -> dict[str, str]:
    """The environment for the service: the shell's, then `more`, then `.env`, then what is missing.

    A variable that is set to nothing counts as not set.
    """
    shell = _set(os.environ)
    environ.Env.read_env(folder / ".env")  # into os.environ, where the shell's values stay
    env = {**_set(os.environ), **more, **shell}
    missing = {
        # Thrown away with the process: sessions and tokens end with it.
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    }
    # Taken only for names of this machine, so not where others are given.
    if not any(name.startswith(("AUTH_JWKS", "AUTH_SECRET", "ALLOWED_HOSTS")) for name in env):
        missing["AUTH_SECRET"] = _kept_secret(folder / "var" / "auth-secret")
    return {name: value for name, value in missing.items() if f"{name}_FILE" not in env} | env


@contextlib.contextmanager
def database(env: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """`env` with a DATABASE_URL: its own, or that of a PostgreSQL that runs meanwhile.

    Its data stands in `var/postgres`. Raises `scripts.postgres.PostgresError`.
    """
    if "DATABASE_URL" in env or "DATABASE_URL_FILE" in env:
        yield dict(env)
        return
    postgres = Postgres(ROOT / "var" / "postgres")
    postgres.open()
    try:
        yield {**env, "DATABASE_URL": postgres.url}
    finally:
        postgres.close()


def _kept_secret(path: Path) -> str:
    """The secret in this file, made the first time: `manage.py token` is a process of its own."""
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        new = path.with_name(f"{path.name}-{os.getpid()}")
        new.touch(0o600)
        new.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):  # another process was first
            path.hardlink_to(new)
        new.unlink()
    return path.read_text()


def _set(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if value}
