"""What serving tells the outside: one hook per event, wired by `config` to `app.telemetry`.

`app.serving` never imports `app.telemetry`: a fork may take either without the other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


def _nobody(*_args: Any) -> None:
    """The default: nobody listens."""


@dataclass
class Observer:
    """The events of the road. Each hook is called on the event loop and must not block.

    - `hop(by)`: a request's code went to a thread; `by` is the callable's qualified name.
    - `refused(reason, client)`: the worker refused a request before ASGI saw it; `reason` is one of
      `app.serving.limits.REASONS`, `client` the peer's address or None.
    - `ready(check, ok)`: a readiness check changed or confirmed its verdict.
    - `unavailable(reason)`: a request got 503 as the database could not be had; `reason` is one of
      `app.serving.unavailable.REASONS`.
    - `pool(alias, stats)`: what the pool of a database says of itself (psycopg_pool's `get_stats`).
    - `draining(connections)`: so many open connections have still to be told to close.
    """

    hop: Callable[[str], None] = _nobody
    refused: Callable[[str, str | None], None] = _nobody
    ready: Callable[[str, bool], None] = _nobody
    unavailable: Callable[[str], None] = _nobody
    pool: Callable[[str, Mapping[str, int]], None] = _nobody
    draining: Callable[[int], None] = _nobody


observer = Observer()
