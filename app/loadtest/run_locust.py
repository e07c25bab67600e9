"""Runs Locust as its own command does, and says in a sentence why it did not start."""

import math
import sys
from traceback import extract_tb

from app.loadtest import handover
from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.finish import finish
from app.loadtest.settings import Settings


def main() -> None:
    """Take Locust's arguments; end with a code of `ExitCode`."""
    import locust.main  # noqa: PLC0415 - it patches the process, which tests of this file outlive
    from locust import runners  # noqa: PLC0415 - so does this

    gate = handover.gate()
    # Locust's own workers look for a master for five minutes.
    runners.CONNECT_RETRY_COUNT = math.ceil(gate.settings.join / runners.CONNECT_TIMEOUT)
    try:
        locust.main.main()
    except (Exception, SystemExit) as error:
        if gate.ready:
            raise
        gate.break_off(problem(error, gate.settings))
    sys.exit(finish(gate))


def problem(error: BaseException, settings: Settings) -> Problem:
    """Why there is no run. Locust ends, in the handler of it, when a worker finds no master."""
    if isinstance(error.__context__, ConnectionError):
        why = f"No master answered at {settings.master} within {settings.join:g} s."
        return Problem(ExitCode.WORKER_MISSING, why)
    return Problem(ExitCode.LOCUSTFILE, reason(error, str(handover.files(settings)[-1])))


def reason(error: BaseException, users: str) -> str:
    """Where in the users' file it was raised; without users Locust fails elsewhere."""
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == users]
    if lines:
        return f"{users}:{lines[-1]}: {type(error).__name__}: {error}."
    return f"{users} holds no user class that Locust can run."


if __name__ == "__main__":
    main()
