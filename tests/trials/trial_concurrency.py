"""How services of each kind wait, found out ten times of ten."""

from collections.abc import Mapping, Sequence

import pytest

from tests.loadtest import stacks
from tests.loadtest.test_measure import found
from tests.server.harness import GUNICORN, serving
from tests.trials.conftest import Tell

TIMES = 10
SLEEPER = "/api/async_sleep/"
BLOCKING = "/rehearsal/block/1"
OURS = {"REHEARSAL": "true"}

KINDS: dict[str, tuple[Sequence[str], Mapping[str, str], str, bool, str]] = {
    # Name: the command, its settings, what is asked, with metrics or not, and what must be found.
    "this service": (GUNICORN, OURS, SLEEPER, True, "async"),
    "this service, its metrics out of reach": (GUNICORN, OURS, SLEEPER, False, "async"),
    "the question's stack": (stacks.DJANGO, stacks.QUESTION, SLEEPER, False, "on threads"),
    "with the accepted answer": (stacks.DJANGO, stacks.ANSWER, SLEEPER, False, "on threads"),
    "gthread with ten threads": (stacks.TEN_THREADS, {}, "/", False, "serialised by 10"),
    "one sync worker": (stacks.ONE_AT_A_TIME, {}, "/", False, "serialised by 1"),
    "an async view that blocks": (GUNICORN, OURS, BLOCKING, False, "serialised by 1"),
}


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", KINDS)
def test_ten_of_ten(kind: str, tell: Tell) -> None:
    command, env, sleeper, metrics, expected = KINDS[kind]
    findings = []
    for _ in range(TIMES):
        with serving(command, env, ready="/" if sleeper == "/" else "/version") as server:
            findings.append(found(server, sleeper, metrics))
    names = [finding.name for finding in findings]
    seen = f"{names.count(expected)} of {TIMES} {expected}"
    tell(f"{kind}: {seen}; the last: {findings[-1].curve}")
    assert names == [expected] * TIMES, [f"{f.name}: {f.why} {f.curve}" for f in findings]
