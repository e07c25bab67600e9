"""Requests that were refused before the application saw them: each counted, few of them logged."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from app.telemetry import metrics

_log = logging.getLogger("asgi.refused")


@dataclass
class Refusals:
    """Counts refusals and logs at most one line a reason every `seconds`.

    Whoever floods the service would flood the log with it. A line says how many there were since
    the one before, and the latest client's address.
    """

    seconds: float = 10.0
    clock: Callable[[], float] = time.monotonic
    _next: dict[str, float] = field(default_factory=dict)
    _suppressed: dict[str, int] = field(default_factory=dict)

    def __call__(self, reason: str, client: str | None) -> None:
        """One request was refused for `reason` (one of a fixed list); `client` is its address."""
        metrics.refused(reason)
        now = self.clock()
        if now < self._next.get(reason, now):
            self._suppressed[reason] = self._suppressed.get(reason, 0) + 1
            return
        self._next[reason] = now + self.seconds
        _log.warning(
            "Refused: %s",
            reason,
            extra={
                "reason": reason,
                "client.address": client,
                "suppressed": self._suppressed.pop(reason, 0),
            },
        )


refused = Refusals()
