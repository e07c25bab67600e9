"""`make run` and `make dev`: migrate, then serve until a signal comes; the database stops last."""

import sys

import psycopg

from scripts.development import database, environment
from scripts.foreground import Foreground
from scripts.postgres import PostgresError
from scripts.prepare import before_serving


def main(mode: str) -> int:
    """Serve as in production ("run") or with a reload at every change ("dev"); the exit status."""
    foreground = Foreground()
    if mode == "dev":
        env = environment({"REHEARSAL": "true", "LOG_FORMAT": "console"})
        # gunicorn's --reload does nothing with a Uvicorn worker.
        server = ["uvicorn", "config.asgi:application", "--no-access-log"]
        server += ["--host", env.get("HOST", "127.0.0.1"), "--port", env.get("PORT", "8000")]
        server += ["--reload", "--reload-dir", "app", "--reload-dir", "config"]
        server += ["--timeout-graceful-shutdown", "1"]  # a stream must not hold up a reload
    else:
        env = environment({})
        server = ["gunicorn", "-c", "config/gunicorn.py", "config.asgi:application"]
    with database(env) as env:
        if "DATABASE_URL" in env and (why := unreachable(env["DATABASE_URL"])):
            print(f"Not started: DATABASE_URL: {why}", file=sys.stderr)
            return 1
        for command in before_serving(env):
            manage = [sys.executable, "manage.py", *command, "--verbosity", "0"]
            if status := foreground.run(manage, env, alone=True):
                return status
        # uvicorn's reloader never ends when a second SIGINT, the terminal's besides ours, comes
        # while it takes the first: its handler sets an Event, whose lock is then its own.
        return foreground.run([sys.executable, "-m", *server], env, alone=mode == "dev")


def unreachable(url: str) -> str | None:
    """Why no PostgreSQL answers there, in libpq's words for it; None when one does."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        return str(error).strip().splitlines()[0]
    return None


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except PostgresError as error:
        sys.exit(str(error))
