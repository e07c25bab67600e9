"""What is seen of one request: its hops, its ways back to the loop, the threads that it started."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType
from typing import Any


@dataclass(frozen=True)
class Frame:
    """A line of code that was waiting when a hop was taken."""

    module: str
    code: CodeType
    line: int


@dataclass
class Hop:
    """One call in a thread. Times are `perf_counter`'s, in seconds; None is "not yet"."""

    func: Callable[..., Any]
    stack: list[Frame]  # innermost first
    called: float
    began: float | None = None
    ended: float | None = None
    resumed: float | None = None
    thread: int = 0


@dataclass
class Back:
    """A stretch in which a thread was held while the loop ran asynchronous code for it."""

    name: str
    thread: int
    began: float
    ended: float = 0.0


@dataclass
class Road:
    """All that was seen of one request."""

    hops: list[Hop] = field(default_factory=list)
    backs: list[Back] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)
    began: float = 0.0
    ended: float = 0.0
