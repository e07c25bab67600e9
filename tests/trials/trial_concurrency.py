"""How services of each kind wait, found out ten times of ten."""

from collections.abc import Mapping, Sequence

import pytest

from app.loadtest import hop_metrics, measure
from app.loadtest.settings import read
from tests.loadtest import stacks
from tests.server.harness import GUNICORN, serving
from tests.trials.conftest import Tell

TIMES = 10
SLEEPER = "/api/async_sleep/"
BLOCKING = "/rehearsal/block/1"
OURS = {"REHEARSAL": "true"}

KINDS: dict[str, tuple[Sequence[str], Mapping[str, str], str, str]] = {
    # Name: the command, its settings, what is asked, and what must be found.
    "this service": (GUNICORN, OURS, SLEEPER, "async"),
    "this service, its metrics out of reach": (GUNICORN, OURS, SLEEPER, "async"),
    "the question's stack": (stacks.DJANGO, stacks.QUESTION, SLEEPER, "on threads"),
    "with the accepted answer": (stacks.DJANGO, stacks.ANSWER, SLEEPER, "on threads"),
    "gthread with ten threads": (stacks.TEN_THREADS, {}, "/", "serialised by 10"),
    "one sync worker": (stacks.ONE_AT_A_TIME, {}, "/", "serialised by 1"),
    "an async view that blocks": (GUNICORN, OURS, BLOCKING, "serialised by 1"),
}


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", KINDS)
def test_ten_of_ten(kind: str, tell: Tell) -> None:
    command, env, sleeper, expected = KINDS[kind]
    found = []
    for _ in range(TIMES):
        ready = {"/api/async_sleep/": "/version", "/": "/"}.get(sleeper, "/livez")
        with serving(command, env, ready=ready) as server:
            metrics = f"http://127.0.0.1:{server.metrics_port}/metrics"
            read_ = kind == "this service"
            settings = read(
                {"TARGET": server.url, "SLEEPER": sleeper, "METRICS": metrics if read_ else ""}, {}
            )
            before = hop_metrics.read(metrics) if read_ else None
            finding = measure.measure(settings, before)
        found.append(finding)
    names = [finding.name for finding in found]
    seen = f"{names.count(expected)} of {TIMES} {expected}"
    tell(f"{kind}: {seen}; the last: {found[-1].curve}")
    assert names == [expected] * TIMES, [f"{f.name}: {f.why} {f.curve}" for f in found]
