"""`make dev`: the service with one worker that starts anew when a file changes."""

import os
import sys

from scripts.development import development
from scripts.foreground import Foreground
from scripts.postgres import PostgresError


def main() -> int:
    """Migrate and serve until a signal comes. gunicorn's --reload does nothing with its worker."""
    foreground = Foreground()
    with development(REHEARSAL="true", LOG_FORMAT="console") as env:
        server = ["-m", "uvicorn", "config.asgi:application", "--host", env.get("HOST", "127.0.0.1")]
        server += ["--port", env.get("PORT", "8000"), "--no-access-log"]
        server += ["--reload", "--reload-dir", "app", "--reload-dir", "config"]
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        return foreground.run(migrate, env, alone=True) or foreground.run(
            [sys.executable, *server], env
        )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PostgresError as error:
        sys.exit(str(error))
