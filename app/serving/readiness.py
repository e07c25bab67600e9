"""Whether this process wants requests: its own state, the switch, and the checks."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from health_check.base import HealthCheck

from app.serving import switch
from app.serving.drain import drain
from app.serving.kept_check import KeptCheck
from app.serving.observer import observer


@dataclass
class State:
    """Where this process is in its life; set by `Lifespan`."""

    started: bool = False
    draining: bool = False


state = State()


@dataclass(frozen=True)
class Line:
    """One line of a probe's answer: `words` says what is wrong, without secrets or addresses."""

    name: str
    ok: bool
    words: str = "ok"


def leave_out(line: Line) -> Line:
    """The line of a check that the prober does not want to hear of."""
    return Line(line.name, True, "excluded: ok")


class Readiness:
    """The lines of `/readyz`: `startup`, `shutdown`, `switch`, then one per check.

    - `checks`: django-health-check's check classes by name; `run` may be async, or synchronous
      (then it runs in a daemon thread of its own). A check that has `async close()` is closed at
      the end of `open()`.
    - `timeout`: seconds that one check may take. `keep`: seconds that its verdict is kept,
      counted from when it was asked.
    - `runtime_dir`: the folder of the readiness switch.
    """

    def __init__(
        self,
        checks: Mapping[str, HealthCheck],
        *,
        timeout: float,
        keep: float,
        runtime_dir: Path,
        state: State = state,
    ) -> None:
        self.state = state
        self.runtime_dir = runtime_dir
        self.checks = [KeptCheck(name, check, timeout, keep) for name, check in checks.items()]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that `observer.ready` will hear of."""
        return ("switch", *(check.name for check in self.checks))

    def startup(self) -> Line:
        """Whether this process has started."""
        return Line("startup", True) if self.state.started else Line("startup", False, "unfinished")

    async def lines(self, excluded: Collection[str] = ()) -> list[Line]:
        """What stands in the way; checks are asked concurrently, unless the state says no already.

        While draining the answer must come at once, and a check's connection may be gone.
        """
        on = self._switch()
        states = (
            self.startup(),
            Line("shutdown", False, "draining") if self._ends() else Line("shutdown", True),
            Line("switch", True) if on else Line("switch", False, "off"),
        )
        lines = [leave_out(line) if line.name in excluded else line for line in states]
        willing = all(line.ok for line in lines)
        return lines + await asyncio.gather(
            *(self._line(check, check.name in excluded, willing) for check in self.checks)
        )

    def _ends(self) -> bool:
        """Whether the service ends; not when this worker is only replaced while that goes on.

        The master's own flag, which all workers see at once: one that has still to get its signal
        must not call itself ready after another one has not.
        """
        return self.state.draining or bool(drain.service_ends)

    def _switch(self) -> bool:
        on = not switch.is_off(self.runtime_dir)
        observer.ready("switch", on)
        return on

    async def _line(self, check: KeptCheck, excluded: bool, willing: bool) -> Line:
        if excluded:
            return leave_out(Line(check.name, True))
        if not willing:
            return Line(check.name, True, "not asked")
        if await check.verdict():
            return Line(check.name, True)
        return Line(check.name, False, "failed: reason withheld")

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """For the list of contexts in `config/asgi.py`: ask all once, close what they opened.

        Asked before anybody probes: a worker that no probe has met would show itself unready.
        """
        self._switch()
        await asyncio.gather(*(check.verdict() for check in self.checks))
        try:
            yield
        finally:
            for check in self.checks:
                await check.close()
