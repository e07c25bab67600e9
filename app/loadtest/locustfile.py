"""Joins the gate to Locust's events; `python -m app.loadtest` gives it to Locust with the users."""

import logging
import signal
import sys
import time
from typing import Any

import gevent
from locust import LoadTestShape, events
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from app.loadtest import handover
from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.finish import finish
from app.loadtest.progress import line
from app.loadtest.saturation import EVERY

PROGRESS_SECONDS = 5

gate = handover.gate()
events.test_start.add_listener(gate.start)
events.test_stop.add_listener(gate.stop)
events.request.add_listener(gate.request)
events.report_to_master.add_listener(gate.report)
events.worker_report.add_listener(gate.worker_report)


class Shape(LoadTestShape):
    """SHAPE and TIME."""

    def tick(self) -> tuple[int, float] | None:
        """How many users there shall be, and how fast they come; None at the end."""
        return gate.tick(self.runner.user_count if self.runner else 0)


@events.init.add_listener
def _begin(environment: Environment, **_: Any) -> None:
    gate.ready = True
    # Locust's own last table counts the warm-up, and rounds to two digits.
    logging.getLogger("locust.stats_logger").setLevel(logging.WARNING)
    gevent.spawn(_look)
    # Locust's own handler is not there before the end of a test with a shape.
    gevent.signal_handler(signal.SIGTERM, _disrupted, environment)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    if gate.settings.rate:
        users: list[Any] = environment.user_classes
        for user in users:
            user.wait_time, user.context = _wait, _late
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(_watch, environment.runner)
    if not isinstance(environment.runner, WorkerRunner):
        gevent.spawn(_tell)


@events.quitting.add_listener
def _end(environment: Environment, **_: Any) -> None:
    environment.process_exit_code = ExitCode.CRASHED  # should the next lines fail
    if isinstance(environment.runner, MasterRunner):
        gate.quitting(environment.runner.worker_count)
    if isinstance(environment.runner, WorkerRunner):
        environment.process_exit_code = gate.run.problems[0].code if gate.run.problems else 0
    else:
        environment.process_exit_code = finish(gate)


def _wait(user: Any) -> float:
    """Of a user that RATE governs: the next moment is its, and it comes late when that passed."""
    wait = gate.wait()
    user.late = max(0.0, -wait)
    return max(0.0, wait)


def _late(user: Any) -> dict[str, Any]:
    """What Locust hands on with each request; the first of a task is late."""
    late, user.late = getattr(user, "late", 0.0), 0.0
    return {"late": late}


def _disrupted(environment: Environment) -> None:
    gate.break_off(Problem(ExitCode.DISRUPTED, f"SIGTERM came after {gate.elapsed:.0f} s."))
    environment.stop_timeout = 0
    if isinstance(environment.runner, WorkerRunner):
        environment.runner.quit()
    elif gate.began is None:
        _leave()


def _watch(master: MasterRunner) -> None:
    """Workers that never come, and those that go."""
    deadline = time.monotonic() + gate.settings.join
    while True:
        gevent.sleep(1)
        there = master.worker_count
        gate.lost(there)
        if gate.began is None and time.monotonic() > deadline:
            why = (
                f"{there} of {gate.settings.workers} workers came within {gate.settings.join:g} s."
            )
            gate.break_off(Problem(ExitCode.WORKER_MISSING, why))
        if gate.began is None and gate.run.problems:
            _leave()


def _leave() -> None:
    """End while Locust waits for workers, which it does for ever."""
    sys.exit(finish(gate))


def _look() -> None:
    seen, used = time.perf_counter(), time.process_time()
    while True:
        gevent.sleep(EVERY)
        now, cpu = time.perf_counter(), time.process_time()
        gate.looked(cpu - used, now - seen)
        seen, used = now, cpu


def _tell() -> None:
    while True:
        gevent.sleep(PROGRESS_SECONDS)
        if gate.began is not None and not gate.over:
            print(line(gate), flush=True)
