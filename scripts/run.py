"""`make run`: the service as in production, with a database of its own if none is named."""

import sys

from scripts.development import development
from scripts.foreground import Foreground
from scripts.postgres import PostgresError

GUNICORN = ["-m", "gunicorn", "-c", "config/gunicorn.py", "config.asgi:application"]


def main() -> int:
    """Migrate and serve until a signal comes. The database is stopped last."""
    foreground = Foreground()
    with development() as env:
        # A migration may take longer than any statement of a request.
        migration = env | {"DB_STATEMENT_TIMEOUT_SECONDS": "0"}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        return foreground.run(migrate, migration, alone=True) or foreground.run(
            [sys.executable, *GUNICORN], env
        )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PostgresError as error:
        sys.exit(str(error))
