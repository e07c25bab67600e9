"""`make manage ARGS="…"`: a command of Django on the development database."""

import sys

from scripts.development import database, environment
from scripts.foreground import Foreground
from scripts.postgres import PostgresError


def main(arguments: list[str]) -> int:
    """The exit status of `manage.py` with these arguments."""
    foreground = Foreground()
    with database(environment({})) as env:
        return foreground.run([sys.executable, "manage.py", *arguments], env)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except PostgresError as error:
        sys.exit(str(error))
