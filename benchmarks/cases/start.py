"""From gunicorn's exec to the first 200 on /readyz, the database up."""

import compileall
import time

from benchmarks import stacks
from benchmarks.lab import Lab
from benchmarks.refused import Refused
from benchmarks.rounds import Case, Rounds
from benchmarks.rows import Goal, Row
from tests.server.harness import ROOT, status_of

READY = "from exec to ready"
PATIENCE_SECONDS = 60


def _rounds(lab: Lab) -> Rounds:
    # As in the image. Where PYTHONDONTWRITEBYTECODE is set, each start would compile all of it.
    for folder in ("app", "config"):
        compileall.compile_dir(ROOT / folder, quiet=2)
    while True:
        started = time.monotonic()
        with lab.serving(stacks.SERVICE, ready="") as server:
            while time.monotonic() < started + PATIENCE_SECONDS:
                if status_of(server.url + "/readyz") == 200:
                    break
                time.sleep(0.005)
            else:
                raise Refused("The service was not ready.")
            yield {READY: time.monotonic() - started}


START = Case(
    "start",
    "Start of one worker",
    "s",
    _rounds,
    (Row(READY, None, Goal(1, at_least=False), "s"),),
    rounds=7,
)
