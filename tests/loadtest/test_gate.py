"""The listeners, told what Locust tells them."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.gate import LAST_REPORT_SECONDS, Gate
from app.loadtest.run import Run
from app.loadtest.samples import Samples
from app.loadtest.settings import read


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def gate(digest: str = "same", **settings: str) -> tuple[Gate, Clock]:
    told = read({"TIME": "60s", "WARMUP": "10s", "USERS": "20"} | settings, {})
    clock = Clock()
    return Gate(Run(told, {}, "", Samples(told.time)), digest, clock), clock


def answer(status: int, *history: int) -> Any:
    earlier = [SimpleNamespace(status_code=each) for each in history]
    return SimpleNamespace(status_code=status, history=earlier)


def ended(to: Gate, latency: float = 20, **more: Any) -> None:
    told = {"exception": None, "context": {}, "response": answer(200)} | more
    to.request(request_type="GET", name="/", response_time=latency, **told)


def test_requests_are_counted_at_their_second() -> None:
    to, clock = gate()
    to.start()
    clock.now += 12.5
    ended(to)
    ended(to, exception=ValueError("bad"), response=answer(500))
    ended(to, exception=OSError("gone"), response=None)
    totals = to.run.samples.totals("GET /", 12, 13)
    assert (totals.requests, totals.errors) == (3, 2)
    assert dict(totals.statuses) == {200: 1, 500: 1, 0: 1}
    assert dict(totals.failures) == {"ValueError: bad": 1, "OSError: gone": 1}


def test_a_redirect_is_an_error_also_when_it_was_followed() -> None:
    to, _ = gate()
    to.start()
    ended(to, response=answer(302))
    ended(to, response=answer(200, 307))
    ended(to, response=answer(304))
    totals = to.run.samples.totals()
    assert dict(totals.failures) == {"redirected (302)": 1, "redirected (307)": 1}
    assert totals.statuses[304] == 1


def test_late_requests_of_a_rate_count_from_their_moment() -> None:
    to, clock = gate(RATE="10")
    to.start()
    assert to.wait() == 0
    assert to.wait() == pytest.approx(0.1)
    clock.now += 1
    assert to.wait() == pytest.approx(-0.8)
    ended(to, latency=20, context={"late": 0.8})
    assert to.run.samples.totals().latencies.max == pytest.approx(820, rel=0.011)


def test_what_nobody_has_sent_is_an_error() -> None:
    to, clock = gate(RATE="1", WORKERS="2", TIME="11s", WARMUP="1s")
    to.start()
    to.wait()
    clock.now += 60
    to.stop()
    to.stop()  # Locust tells it twice at times
    totals = to.run.samples.totals("(not sent)")
    assert (totals.requests, totals.errors) == (5, 5)  # half of the rate is this worker's
    assert totals.latencies.max == pytest.approx(9000, rel=0.011)


def test_without_a_rate_there_is_nothing_to_wait_for() -> None:
    to, _ = gate()
    to.start()
    to.stop()
    assert not to.run.samples.endpoints
    with pytest.raises(RuntimeError):
        to.wait()


def test_the_generator_is_looked_at_when_it_is_measured() -> None:
    to, clock = gate()
    to.looked(1, 1)
    to.start()
    for second in (5, 15, 65):
        clock.now = 1000 + second
        to.looked(0.5, 1)
    assert to.generator.seconds == 1


def test_a_master_is_told_by_its_workers() -> None:
    master, clock = gate(WORKERS="1")
    worker, worker_clock = gate(WORKERS="1")
    master.start()
    worker.start()
    worker_clock.now += 20
    ended(worker)
    worker.looked(0.5, 1)
    data: dict[str, Any] = {"user_count": 20}
    worker.report("w1", data)
    master.worker_report("w1", data)
    assert master.run.samples.totals(None, 20, 21).requests == 1
    assert master.run.generators["w1"].share == 0.5
    assert not worker.run.samples.endpoints
    clock.now += 61
    for users, drained in ((20, set()), (0, {"w1"})):
        data = {"user_count": users}
        worker.report("w1", data)
        master.worker_report("w1", data)
        assert master.drained == drained


@pytest.mark.parametrize("data", [{}, {"loadtest": {"digest": "another"}}])
def test_a_worker_of_another_version_breaks_it_off(data: dict[str, Any]) -> None:
    to, _ = gate()
    to.worker_report("w1", data)
    assert [problem.code for problem in to.run.problems] == [ExitCode.WORKER_DIFFERS]


def test_workers_that_go_before_the_time_is_up_break_it_off() -> None:
    to, clock = gate(WORKERS="3")
    to.lost(0)
    to.start()
    to.lost(3)
    assert not to.run.problems
    clock.now += 30
    to.lost(1)
    to.lost(0)
    assert [p.sentence for p in to.run.problems] == ["2 of 3 workers were lost after 30 s."]
    later, clock = gate(WORKERS="3")
    later.start()
    clock.now += 60
    later.lost(0)
    assert not later.run.problems


def test_it_ends_when_the_last_user_has_its_answer() -> None:
    to, clock = gate(SHAPE="steps")
    to.start()
    assert to.tick(0) == (4, 20)
    clock.now += 30
    assert to.tick(8) == (12, 20)
    clock.now += 30
    assert to.tick(20) == (0, 20)
    assert to.tick(0) is None
    assert to.run.complete
    assert to.run.users == [0, 8]
    to.break_off(Problem(ExitCode.DISRUPTED, "Too late."))
    assert not to.run.problems


def test_it_ends_when_each_worker_has_told_its_last() -> None:
    to, clock = gate(WORKERS="2")
    to.start()
    clock.now += 61
    to.drained.add("w1")
    assert to.tick(0) == (0, 20)
    to.drained.add("w2")
    assert to.tick(0) is None
    assert to.run.complete


def test_last_figures_that_do_not_come_are_a_worker_lost() -> None:
    to, clock = gate(WORKERS="2")
    to.start()
    clock.now += 60 + LAST_REPORT_SECONDS
    assert to.tick(0) is None
    assert not to.run.complete
    assert to.run.problems[0].code is ExitCode.WORKER_LOST


def test_locust_that_ends_by_itself_has_lost_the_last_figures() -> None:
    for waited, complete, problems in ((30, False, 1), (61, False, 1), (61, True, 0)):
        to, clock = gate(WORKERS="2")
        to.start()
        clock.now += waited
        to.run.complete = complete
        to.quitting(0)
        assert [each.code for each in to.run.problems] == [ExitCode.WORKER_LOST] * problems
    to, _ = gate(WORKERS="2")
    to.quitting(0)
    assert not to.run.problems


def test_it_ends_at_once_when_it_is_broken_off() -> None:
    to, _ = gate()
    assert to.elapsed == 0
    to.start()
    to.break_off(Problem(ExitCode.DISRUPTED, "SIGTERM."))
    to.break_off(Problem(ExitCode.WORKER_LOST, "Then another."))
    assert to.tick(20) is None
    assert [problem.sentence for problem in to.run.problems] == ["SIGTERM."]
