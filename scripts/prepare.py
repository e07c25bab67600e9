"""What Django has to do on a person's machine before the service starts."""

from collections.abc import Mapping
from contextlib import suppress

from config import kinds


def before_serving(env: Mapping[str, str]) -> list[list[str]]:
    """The commands of `manage.py`, in order. In production the admin's files are the image's."""
    commands = [["migrate_safely"]]
    with suppress(ValueError):  # the first command says what is wrong
        if kinds.boolean.parse(env.get("ADMIN") or "false"):
            commands.insert(0, ["collectstatic", "--noinput"])
    return commands
