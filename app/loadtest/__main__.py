"""`python -m app.loadtest`: look at the settings and the service, then let Locust take over."""

import os
import signal
import sys
from datetime import UTC, datetime
from types import FrameType
from typing import NoReturn

from app.loadtest import baseline_file, handover, hop_metrics, preflight, surroundings
from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.finish import conclude
from app.loadtest.measure import measure
from app.loadtest.report_files import writable
from app.loadtest.run import Run
from app.loadtest.samples import Samples
from app.loadtest.settings import Mistakes, Settings, parser, read


def main(arguments: list[str]) -> NoReturn:
    """Become Locust, or end with a code of `ExitCode`."""
    given = vars(parser().parse_args(arguments))
    check_only = given.pop("check")
    try:
        settings = read(os.environ, given)
    except Mistakes as mistakes:
        lines = ["Not started (docs/loadtest.md explains each):", *mistakes.args[0]]
        sys.stderr.write("\n  ".join(lines) + "\n")
        sys.exit(ExitCode.SETTINGS)
    try:
        _check(settings)
    except Problem as problem:
        sys.stderr.write(f"Not started: {problem.sentence}\n")
        sys.exit(problem.code)
    if check_only:
        print("The settings are right.")
        sys.exit(ExitCode.PASSED)
    signal.signal(signal.SIGTERM, _disrupted)
    run = Run(settings, {}, datetime.now(UTC).isoformat(timespec="seconds"), Samples(settings.time))
    try:
        _ask(run)
    except Problem as problem:
        run.problems.append(problem)
        sys.exit(conclude(run))
    except SystemExit:
        run.problems.append(Problem(ExitCode.DISRUPTED, "SIGTERM came before the load."))
        sys.exit(conclude(run))
    sys.stdout.flush()
    if settings.worker_index == 0 or not settings.workers:
        # Until Locust can take it, it waits: the first process of a container would never see it.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    command = handover.command(settings)
    os.execve(command[0], command, handover.environment(run, os.environ))  # noqa: S606 - our own command, and SIGTERM reaches Locust itself


def _check(settings: Settings) -> None:
    """What can be known without the service. Raises Problem."""
    users = handover.files(settings)[-1]
    try:
        compile(users.read_bytes(), str(users), "exec")
    except (SyntaxError, ValueError) as error:
        raise Problem(ExitCode.LOCUSTFILE, f"{users} is no Python: {error}.") from None
    if not settings.is_worker:
        writable(settings.report_dir)
        if settings.baseline:
            baseline_file.load(settings.baseline)


def _ask(run: Run) -> None:
    """What the service has to be asked before there is load on it. Raises Problem."""
    settings = run.settings
    digest = handover.digest(settings)
    run.environment = surroundings.environment("", digest, None)
    if settings.is_worker:
        return
    asks_sleeper = settings.concurrency != "off" or not settings.locustfile
    if asks_sleeper:
        preflight.check(settings.target, settings.sleeper)
    if settings.token and not settings.locustfile:
        preflight.check(settings.target, "/api/notes?limit=1", settings.token)
    pods = hop_metrics.read(settings.metrics) if settings.metrics else None
    run.environment = surroundings.environment(settings.target, digest, pods)
    if settings.baseline:
        baseline_file.check(baseline_file.load(settings.baseline), run)
    if settings.concurrency != "off":
        print("How does it wait? 10, 100, 1,000 sleepers of a second at once …", flush=True)
        run.concurrency = measure(settings, pods)
        print(f"{run.concurrency.name.capitalize()}: {run.concurrency.why}", flush=True)


def _disrupted(_signal: int, _frame: FrameType | None) -> None:
    # asyncio keeps any other exception in the task that it met: the run went on.
    raise SystemExit


if __name__ == "__main__":
    main(sys.argv[1:])
