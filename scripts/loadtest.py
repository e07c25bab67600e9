"""`make loadtest`: the load test, with a token and metrics where the service runs here."""

import os
import subprocess
import sys
from typing import NoReturn
from urllib.parse import urlsplit

from scripts.development import environment

LOCAL = {"localhost", "127.0.0.1", "::1"}


def main(arguments: list[str]) -> NoReturn:
    """Become the load test. Its exit status is what its last line says; make itself ends with 2."""
    env = {name: value for name, value in os.environ.items() if value}
    target = urlsplit(env.setdefault("TARGET", f"http://localhost:{env.get('PORT', '8000')}"))
    if target.hostname in LOCAL:
        env.setdefault("METRICS", f"http://localhost:{env.get('METRICS_PORT', '9464')}/metrics")
        if "TOKEN" not in env and "TOKEN_FILE" not in env and (token := _token()):
            env["TOKEN"] = token
    command = [sys.executable, "-m", "app.loadtest", *arguments]
    os.execve(command[0], command, env)  # noqa: S606 - our own; signals and status are its own too


def _token() -> str | None:
    """One that a service which `make run` started takes; None where the keys are others'."""
    settings = environment({}) | {"DATABASE_URL": "postgres://-/-"}
    command = [sys.executable, "manage.py", "token", "--customer", "loadtest"]
    command += ["--scope", "notes:read", "notes:write", "--lifetime", "86400"]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return done.stdout.strip() or None


if __name__ == "__main__":
    main(sys.argv[1:])
