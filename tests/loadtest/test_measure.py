"""The service, the question's stacks and servers of other kinds, each really asked."""

from collections.abc import Iterator

import pytest

from app.loadtest import hop_metrics, measure
from app.loadtest.concurrency import Finding, Waits
from app.loadtest.settings import read
from app.loadtest.sleepers import Level
from tests.loadtest import stacks
from tests.loadtest.http_server import answering
from tests.server.harness import Server, free_port, gunicorn, serving


def found(server: Server, sleeper: str = "/api/async_sleep/", metrics: bool = False) -> Finding:
    url = f"http://127.0.0.1:{server.metrics_port}/metrics" if metrics else ""
    settings = read({"TARGET": server.url, "SLEEPER": sleeper, "METRICS": url}, {})
    return measure.measure(settings, hop_metrics.read(url) if url else None)


@pytest.fixture(scope="module")
def service() -> Iterator[Server]:
    with gunicorn({"REHEARSAL": "true"}, ready="/livez") as server:
        yield server


def test_this_service_waits_on_no_thread(service: Server) -> None:
    finding = found(service, metrics=True)
    assert (finding.waits, finding.hops) == (Waits.ASYNC, 0)
    assert [level.asked for level in finding.levels] == [1, 10, 100, 1000]


def test_metrics_out_of_reach_change_nothing(service: Server) -> None:
    assert found(service).name == "async"


def test_a_blocking_view_is_serialised_by_one(service: Server) -> None:
    assert found(service, "/rehearsal/block/1").name == "serialised by 1"


@pytest.mark.parametrize("settings", [stacks.QUESTION, stacks.ANSWER], ids=["question", "answer"])
def test_the_questions_stacks_wait_on_threads(settings: dict[str, str]) -> None:
    with serving(stacks.DJANGO, settings, ready="/version") as server:
        assert found(server).name == "on threads"


def test_ten_threads_are_serialised_by_ten() -> None:
    with serving(stacks.TEN_THREADS, ready="/") as server:
        assert found(server, "/").name == "serialised by 10"


def test_one_worker_is_serialised_by_one() -> None:
    with serving(stacks.ONE_AT_A_TIME, ready="/") as server:
        assert found(server, "/").name == "serialised by 1"


def test_answers_that_are_no_success_measure_nothing() -> None:
    with answering(lambda *_: (500, {}, b"")) as port:
        finding = measure.measure(read({"TARGET": f"http://127.0.0.1:{port}"}, {}), None)
    assert (finding.waits, finding.why) == (
        Waits.UNKNOWN,
        "Of 1 sleepers 0 were answered with 200.",
    )


def test_nobody_to_ask_measures_nothing() -> None:
    settings = read({"TARGET": f"http://127.0.0.1:{free_port()}"}, {})
    finding = measure.measure(settings, None)
    assert finding.waits is Waits.UNKNOWN
    assert finding.why.startswith("none of 1 connections to http")


def test_a_thousand_may_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then a hundred tell it."""

    async def ask(_target: str, _path: str, number: int, _seconds: float) -> Level:
        return Level(number, (1.01,) * min(number, 200))

    async def floor(number: int, _seconds: float) -> float:
        return number / 1000

    monkeypatch.setattr(measure, "ask", ask)
    monkeypatch.setattr(measure, "floor", floor)
    finding = measure.measure(read({}, {}), None)
    assert [level.asked for level in finding.levels] == [1, 10, 100]
    assert finding.waits is Waits.ASYNC


@pytest.mark.parametrize(
    ("took", "floors", "waits", "makespan"),
    [
        ([4.0, 4.5, 1.5], [0.2] * 6, Waits.ASYNC, 1.5),
        # Other work held up one of two floors.
        ([3.5, 3.4, 3.6], [2.0, 0.2] * 3, Waits.THREADS, 3.4),
    ],
)
def test_the_least_of_three_counts(
    took: list[float],
    floors: list[float],
    waits: Waits,
    makespan: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = [1.0, 1.1, 1.2]

    async def ask(_target: str, _path: str, number: int, _seconds: float) -> Level:
        return Level(number, ((before or took).pop(0),) * number)

    async def floor(_number: int, _seconds: float) -> float:
        return floors.pop(0)

    monkeypatch.setattr(measure, "ask", ask)
    monkeypatch.setattr(measure, "floor", floor)
    finding = measure.measure(read({}, {}), None)
    assert (finding.waits, finding.levels[-1].makespan) == (waits, makespan)


@pytest.mark.parametrize("connected", [True, False])
def test_a_crowd_that_is_refused_later_does_not_count(
    connected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = iter([1, 10, 100, 1000, 0, 0])

    async def ask(_target: str, _path: str, number: int, _seconds: float) -> Level:
        count = next(answered)
        if not count and not connected:
            raise OSError("none of 1000 connections could be opened")
        return Level(number, (1.0 + number / 1000,) * count)

    async def floor(_number: int, _seconds: float) -> float:
        return 0.1

    monkeypatch.setattr(measure, "ask", ask)
    monkeypatch.setattr(measure, "floor", floor)
    assert measure.measure(read({}, {}), None).waits is Waits.THREADS
