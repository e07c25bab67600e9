"""Runs Locust as its own command does, and says in a sentence why it did not start."""

import sys
from traceback import extract_tb

from app.loadtest import handover
from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.finish import finish


def main() -> None:
    """Take Locust's arguments; end with a code of `ExitCode`."""
    import locust.main  # noqa: PLC0415 - it patches the process, which tests of this file outlive

    gate = handover.gate()
    try:
        locust.main.main()
    except (Exception, SystemExit) as error:
        if gate.ready:
            raise
        users = str(handover.files(gate.settings)[-1])
        gate.break_off(Problem(ExitCode.LOCUSTFILE, reason(error, users)))
    sys.exit(finish(gate))


def reason(error: BaseException, users: str) -> str:
    """Where in the users' file it was raised; without users Locust fails elsewhere."""
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == users]
    if lines:
        return f"{users}:{lines[-1]}: {type(error).__name__}: {error}."
    return f"{users} holds no user class that Locust can run."


if __name__ == "__main__":
    main()
