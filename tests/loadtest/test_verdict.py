"""True verdicts, both ways: what looks like a pass and is none has a code and a sentence."""

import pytest

from app.loadtest.baseline import Comparison
from app.loadtest.concurrency import Finding, Waits
from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.run import Run
from app.loadtest.samples import Samples
from app.loadtest.saturation import Generator
from app.loadtest.verdict import judge
from tests.loadtest.runs import COMPARISON, FINDING, run


def verdict_of(found: Run) -> tuple[ExitCode, str]:
    verdict = judge(found)
    return verdict.code, verdict.reason


def test_a_healthy_run_passes() -> None:
    found = run()
    found.concurrency = FINDING
    found.comparison = Comparison((), 0.7)
    verdict = judge(found)
    assert (verdict.code, verdict.reason) == (ExitCode.PASSED, "All that was asked holds.")
    assert [case.name for case in verdict.cases] == [
        *("run", "requests", "generator", "concurrency"),
        *("p95<100ms", "errors<5%", "rps>10", "baseline"),
    ]


@pytest.mark.parametrize(
    ("thresholds", "code", "reason"),
    [
        ("p95<10ms", ExitCode.LATENCY, "p95<10ms: 2"),
        ("p99<10ms", ExitCode.LATENCY, "p99<10ms: 2"),
        ("median<10ms", ExitCode.LATENCY, "median<10ms: 2"),
        ("rps>500", ExitCode.THROUGHPUT, "rps>500: 20.0 req/s."),
        ("GET /api/notes: rps>15", ExitCode.THROUGHPUT, "GET /api/notes: rps>15: 10.0 req/s."),
        ("GET /none: p95<1s", ExitCode.NO_REQUESTS, "GET /none: p95<1s: there were no such"),
    ],
)
def test_a_threshold_that_does_not_hold(thresholds: str, code: ExitCode, reason: str) -> None:
    found, sentence = verdict_of(run(THRESHOLDS=thresholds))
    assert found is code
    assert sentence.startswith(reason)


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (0, ExitCode.UNREACHABLE, "The service answered none of 500 requests: status 0."),
        (404, ExitCode.NOT_FOUND, "All requests met 404: is TARGET this service?"),
        (302, ExitCode.REDIRECTED, "All requests were redirected, perhaps to a login."),
        (401, ExitCode.DENIED, "All requests were denied: look at TOKEN."),
        (500, ExitCode.ERRORS, "errors<5%: 100 %."),
    ],
)
def test_one_wall_for_all_requests(status: int, code: ExitCode, reason: str) -> None:
    assert verdict_of(run(status=status)) == (code, reason)


def test_no_request_is_no_pass() -> None:
    found = run()
    found.samples = Samples(30)
    assert verdict_of(found) == (ExitCode.NO_REQUESTS, "No request was made.")


def test_a_run_that_is_too_short_is_no_pass() -> None:
    assert verdict_of(run(seconds=12)) == (
        ExitCode.ENDED_EARLY,
        "The run ended after 12 s of 30 s.",
    )
    early = run(seconds=3)  # within the warm-up: no figure to judge
    assert judge(early).code is ExitCode.ENDED_EARLY


@pytest.mark.parametrize(
    "code",
    [
        ExitCode.DISRUPTED,
        ExitCode.WORKER_LOST,
        ExitCode.WORKER_MISSING,
        ExitCode.WORKER_DIFFERS,
        ExitCode.UNKNOWN_HOST,
        ExitCode.TLS,
    ],
)
def test_what_broke_it_off_is_the_verdict(code: ExitCode) -> None:
    found = run(seconds=12, THRESHOLDS="p95<1ms")
    found.problems = [Problem(code, "It broke off.")]
    assert verdict_of(found) == (code, "It broke off.")


def test_nothing_but_the_problem_is_told_of_a_run_without_load() -> None:
    found = run()
    found.samples, found.complete, found.elapsed = Samples(30), False, 0
    found.problems = [Problem(ExitCode.TLS, "No.")]
    assert [case.code for case in judge(found).cases] == [ExitCode.TLS]


def test_a_generator_that_is_saturated_is_not_to_be_believed() -> None:
    found = run(THRESHOLDS="p95<1ms")
    found.generators["worker-2"] = Generator(0.97, 1.0)
    code, reason = verdict_of(found)
    assert code is ExitCode.SATURATED
    assert reason.startswith("The load generator worker-2 was saturated: it used 97 % of a core")


@pytest.mark.parametrize(
    ("waits", "asked", "code", "words"),
    [
        (Waits.SERIALISED, "async", ExitCode.SERIALISED, "waits serialised by 3: Why. `manage.py"),
        (Waits.SERIALISED, "threads", ExitCode.SERIALISED, "`manage.py hops /api/async_sleep/`"),
        (Waits.THREADS, "async", ExitCode.ON_THREADS, "`manage.py hops /api/async_sleep/`"),
        (Waits.THREADS, "threads", ExitCode.PASSED, "holds"),
        (Waits.UNKNOWN, "async", ExitCode.NOT_MEASURED, "is not measured: Why."),
    ],
)
def test_how_the_service_waits(waits: Waits, asked: str, code: ExitCode, words: str) -> None:
    found = run(CONCURRENCY=asked)
    parallel = 3 if waits is Waits.SERIALISED else None
    found.concurrency = Finding(waits, "Why.", parallel=parallel)
    verdict = verdict_of(found)
    assert verdict[0] is code
    assert words in verdict[1]


def test_worse_than_the_baseline() -> None:
    found = run()
    found.comparison = COMPARISON
    assert verdict_of(found) == (
        ExitCode.WORSE,
        "Chance alone makes such differences in 0.1% of runs.",
    )
    found.comparison = None
    found.incomparable = Problem(ExitCode.NOT_COMPARABLE, "Another machine.")
    assert verdict_of(found) == (ExitCode.NOT_COMPARABLE, "Another machine.")


@pytest.mark.parametrize(
    ("before", "words"),
    [(1, "run 2: the first was disrupted."), (2, "run 3: 2 before it were disrupted.")],
)
def test_a_run_after_one_that_was_disrupted_says_so(before: int, words: str) -> None:
    case = judge(run(DISRUPTIONS=before)).cases[0]
    assert case.passed
    assert case.text == f"30 s, whole, {words}"
