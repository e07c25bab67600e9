"""From the process that asked the service to Locust, which takes its place: `exec` by a command.

Locust patches a process for gevent, where asyncio has no place any more; so there are two.
"""

import functools
import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.loadtest.concurrency import Finding, Waits
from app.loadtest.gate import Gate
from app.loadtest.run import Run
from app.loadtest.samples import Samples
from app.loadtest.settings import Settings, read
from app.loadtest.sleepers import Level

VARIABLE = "LOADTEST_HANDOVER"
FOLDER = Path(__file__).parent
# Above the 10 s after which users give up on a request.
STOP_SECONDS = 11


def files(settings: Settings) -> list[Path]:
    """What Locust reads: the gate, then the users."""
    users = Path(settings.locustfile) if settings.locustfile else FOLDER / "users.py"
    return [FOLDER / "locustfile.py", users]


def digest(settings: Settings) -> str:
    """Tells versions of the load test apart: this room and the users."""
    every = [*sorted(FOLDER.glob("*.py")), files(settings)[1]]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in every)).hexdigest()[:16]


def command(settings: Settings) -> list[str]:
    """Locust's own command line."""
    made = [sys.executable, "-m", "app.loadtest.run_locust", "--headless", "--only-summary"]
    made += ["-f", ",".join(map(str, files(settings))), "--host", settings.target]
    made += ["--loglevel", "WARNING", "--exit-code-on-error", "0"]
    made += ["--stop-timeout", str(STOP_SECONDS)]
    if settings.is_worker:
        return [*made, "--worker", "--master-host", settings.master]
    made += ["--csv", str(settings.report_dir / "locust")]
    if settings.workers and settings.worker_index < 0:
        return [*made, "--processes", str(settings.workers)]
    if settings.workers:
        return [*made, "--master", "--expect-workers", str(settings.workers)]
    return made


def environment(run: Run, environ: Mapping[str, str]) -> dict[str, str]:
    """What goes with it: all settings as variables, none of them in a file any more."""
    finding = run.concurrency and {
        "waits": run.concurrency.waits,
        "why": run.concurrency.why,
        "levels": [[level.asked, level.answers] for level in run.concurrency.levels],
        "parallel": run.concurrency.parallel,
        "hops": run.concurrency.hops,
    }
    told = {"environment": run.environment, "started": run.started, "concurrency": finding}
    variables = run.settings.as_variables()
    files_ = {f"{name}_FILE" for name in (*variables, "TOKEN")}
    kept = {name: value for name, value in environ.items() if name not in files_}
    return kept | variables | {"TOKEN": run.settings.token, VARIABLE: json.dumps(told)}


def run_from(environ: Mapping[str, str]) -> Run:
    """The run that `environment` told of."""
    settings = read(environ, {})
    told: dict[str, Any] = json.loads(environ[VARIABLE])
    finding = told["concurrency"]
    if finding:
        levels = tuple(Level(asked, tuple(answers)) for asked, answers in finding.pop("levels"))
        finding = Finding(**finding | {"waits": Waits(finding["waits"]), "levels": levels})
    samples = Samples(settings.time)
    return Run(settings, told["environment"], told["started"], samples, finding)


@functools.cache
def gate() -> Gate:
    """The gate of this process."""
    run = run_from(os.environ)
    return Gate(run, digest(run.settings))
