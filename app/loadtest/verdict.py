"""What is concluded from a run: each thing that was asked of it as a case, and one exit code.

A figure counts only when the run was whole, its requests reached the service and its generator
kept up: those cases come first, and their codes win.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.loadtest.concurrency import Finding, Waits
from app.loadtest.exit_codes import ExitCode, first
from app.loadtest.run import Run
from app.loadtest.samples import Totals
from app.loadtest.thresholds import Threshold
from app.loadtest.units import in_seconds

_NEXT = {
    Waits.THREADS: "`manage.py hops {path}` names what goes to a thread.",
    Waits.SERIALISED: "`manage.py hops {path}` names a synchronous view or middleware; a blocking "
    "call in an async view is in the log as a blocked loop.",
}


@dataclass(frozen=True)
class Case:
    """One thing that was asked; `text` is what was found, in a sentence."""

    name: str
    code: ExitCode  # PASSED, or what the run ends with because of it
    text: str

    @property
    def passed(self) -> bool:
        """Whether it holds."""
        return self.code is ExitCode.PASSED


@dataclass(frozen=True)
class Verdict:
    """`cases` in the order in which they are told."""

    cases: tuple[Case, ...]

    @property
    def code(self) -> ExitCode:
        """What the process ends with."""
        return first([case.code for case in self.cases if not case.passed])

    @property
    def reason(self) -> str:
        """The sentence that goes with the code."""
        if self.code is ExitCode.PASSED:
            return "All that was asked holds."
        return next(case.text for case in self.cases if case.code is self.code)


def judge(run: Run) -> Verdict:
    """The verdict."""
    return Verdict(tuple(_cases(run)))


def _cases(run: Run) -> Iterator[Case]:
    yield from (Case("run", each.code, each.sentence) for each in run.problems)
    if not run.problems:
        yield _whole(run)
    if run.complete or run.samples.endpoints:
        yield _reached(run.totals())
        yield _generator(run)
    if run.concurrency:
        yield _concurrency(run.concurrency, run)
    if run.seconds > 0:
        yield from (_threshold(each, run) for each in run.settings.thresholds)
    if run.incomparable:
        yield Case("baseline", run.incomparable.code, run.incomparable.sentence)
    if run.comparison:
        text = f"Chance alone makes such differences in {run.comparison.p:.1%} of runs."
        worse = run.comparison.worse
        yield Case("baseline", ExitCode.WORSE if worse else ExitCode.PASSED, text)


def _whole(run: Run) -> Case:
    if not run.complete:
        text = f"The run ended after {run.elapsed:.0f} s of {in_seconds(run.settings.time)}."
        return Case("run", ExitCode.ENDED_EARLY, text)
    number = run.settings.disruptions + 1
    again = f", run {number}: {_earlier(number - 1)}" if number > 1 else ""
    return Case("run", ExitCode.PASSED, f"{in_seconds(run.settings.time)}, whole{again}.")


def _earlier(disrupted: int) -> str:
    return "the first was disrupted" if disrupted == 1 else f"{disrupted} before it were disrupted"


def _reached(totals: Totals) -> Case:
    """Fails when no request was made, or all of them met the same wall."""
    met = set(totals.statuses)
    text, code = f"{totals.requests:,} requests.", ExitCode.PASSED
    if not met:
        text, code = "No request was made.", ExitCode.NO_REQUESTS
    elif met == {0}:
        why = totals.failures.most_common(1)[0][0]
        text, code = (
            f"The service answered none of {totals.requests:,} requests: {why}.",
            (ExitCode.UNREACHABLE),
        )
    elif met == {404}:
        text, code = "All requests met 404: is TARGET this service?", ExitCode.NOT_FOUND
    elif all(300 <= status < 400 for status in met):
        text, code = "All requests were redirected, perhaps to a login.", ExitCode.REDIRECTED
    elif met <= {401, 403}:
        text, code = "All requests were denied: look at TOKEN.", ExitCode.DENIED
    return Case("requests", code, text)


def _generator(run: Run) -> Case:
    for name, generator in run.generators.items():
        if complaint := generator.complaint:
            text = f"The load generator {name} was saturated: {complaint}; give it a core, or more "
            return Case("generator", ExitCode.SATURATED, f"{text}WORKERS.")
    return Case("generator", ExitCode.PASSED, "It kept up.")


def _concurrency(finding: Finding, run: Run) -> Case:
    codes = {Waits.UNKNOWN: ExitCode.NOT_MEASURED, Waits.SERIALISED: ExitCode.SERIALISED}
    if run.settings.concurrency == "async":
        codes[Waits.THREADS] = ExitCode.ON_THREADS
    step = _NEXT.get(finding.waits, "").format(path=run.settings.sleeper)
    text = f"The service waits {finding.name}: {finding.why} {step}".strip()
    if finding.waits is Waits.UNKNOWN:
        text = f"How the service waits is not measured: {finding.why}"
    return Case("concurrency", codes.get(finding.waits, ExitCode.PASSED), text)


def _threshold(threshold: Threshold, run: Run) -> Case:
    totals = run.totals(threshold.endpoint)
    if not totals.requests:
        text = f"{threshold.text}: there were no such requests."
        return Case(threshold.text, ExitCode.NO_REQUESTS, text)
    measured = threshold.measured(totals, run.seconds)
    text = f"{threshold.text}: {threshold.shown(measured)}."
    holds = threshold.holds(measured)
    return Case(threshold.text, ExitCode.PASSED if holds else threshold.code, text)
