"""A hop read from its callable and its stack: what runs in the thread, and who sent it there."""

import functools
import inspect
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from asgiref import sync

from app.serving import threads
from app.serving.hops_name import name_of, target_of
from app.serving.hops_road import Frame, Hop

# What runs tasks: beyond it stands whoever started the loop. uvloop itself has no frames.
LOOPS = ("asyncio.events", "asyncio.base_events", "asyncio.runners", "uvloop")


@dataclass
class Call:
    """What a cause is read from.

    - `target`, `owner`, `name`: what runs in the thread, the object that it is a method of (a class
      or None too), and its qualified name.
    - `arguments`: what it is called with; of `sync_to_async` alone.
    - `caller`, `function`: the module and the function that asked for a thread; both are "" when a
      task of its own did.
    - `stack`: from the caller outwards.
    """

    hop: Hop

    def __post_init__(self) -> None:
        func = self.hop.func
        self.target: Any = target_of(func)
        self.owner: Any = getattr(self.target, "__self__", None)
        self.name = name_of(func)
        in_task = takewhile(lambda frame: frame.module not in LOOPS, self.hop.stack)
        own = [frame for frame in in_task if frame.module != threads.__name__]
        self.through_asgiref = [frame.module for frame in own[:1]] == [sync.__name__]
        self.arguments: tuple[Any, ...] = ()
        if self.through_asgiref and isinstance(func, functools.partial):
            child = func.args[-1]
            self.arguments = child.args if isinstance(child, functools.partial) else ()
        self.stack: list[Frame] = [f for f in own if f.module != sync.__name__]
        first = self.stack[0] if self.stack else None
        self.caller = first.module if first else ""
        self.function = first.code.co_name if first else ""

    @property
    def in_stock_handler(self) -> bool:
        """Whether Django's own handler serves this request, not `AsyncHandler`."""
        modules = {frame.module for frame in self.stack}
        return "app.serving.handler" not in modules and "app.serving.signals" not in modules

    def variable(self, name: str) -> Any:
        """A variable that the target closes over, or None."""
        if not inspect.isfunction(self.target):
            return None
        return inspect.getclosurevars(self.target).nonlocals.get(name)

    @property
    def ninja_operation(self) -> Any:
        """The synchronous function behind a view of django-ninja, or None."""
        path_view = self.variable("self")
        operations = getattr(path_view, "operations", None)
        return getattr(operations[0] if operations else self.owner, "view_func", None)
