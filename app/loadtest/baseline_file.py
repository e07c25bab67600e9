"""An earlier run, read from its report.json, and whether this one is the same test."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.loadtest.baseline import PIECES, Measured
from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.report_json import SCHEMA, same_test
from app.loadtest.run import Run
from app.loadtest.samples import Samples


@dataclass(frozen=True)
class Earlier:
    """`test` is what must be the same (`report_json.same_test`)."""

    measured: Measured
    test: dict[str, Any]


def load(path: str) -> Earlier:
    """Read it. Raises Problem."""
    try:
        report = json.loads(Path(path).read_text(encoding="utf-8"))
        schema, complete = report["schema"], report["complete"]
    except (OSError, ValueError, TypeError, KeyError):
        raise Problem(ExitCode.BASELINE, f"{path} is no report.json of a load test.") from None
    if schema != SCHEMA:
        why = f"{path} has schema {schema}; this version of the load test reads {SCHEMA}."
        raise Problem(ExitCode.BASELINE, why)
    if not complete:
        raise Problem(ExitCode.BASELINE, f"{path} is the report of a run that was broken off.")
    try:
        samples = Samples(report["test"]["time"])
        samples.merge_wire(report["timeline"]["samples"])
        since, until = report["measured"]
        return Earlier(Measured(samples, float(since), float(until)), report["test"])
    except (ValueError, TypeError, KeyError):
        raise Problem(ExitCode.BASELINE, f"{path} is damaged.") from None


def check(earlier: Earlier, run: Run) -> None:
    """Raise Problem with all that is not the same, before any load."""
    now = same_test(run)
    if run.settings.time - run.settings.warmup < PIECES:
        why = f"A comparison takes {PIECES} s of TIME after WARMUP."
        raise Problem(ExitCode.NOT_COMPARABLE, why)
    different = [
        f"{name} ({earlier.test.get(name)} then, {now[name]} now)"
        for name in now
        if earlier.test.get(name) != now[name]
    ]
    if different:
        why = f"Not comparable with the baseline: another {', '.join(different)}."
        raise Problem(ExitCode.NOT_COMPARABLE, why)
