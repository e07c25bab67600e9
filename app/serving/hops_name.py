"""The name of a hop: what runs in the thread, seen through what wraps it."""

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from asgiref.sync import SyncToAsync


def target_of(func: Callable[..., Any]) -> Any:
    """What will run in the thread, seen through the wraps around it."""
    while isinstance(func, functools.partial):
        inner = func.func
        owner = getattr(inner, "__self__", None)
        if isinstance(owner, SyncToAsync):
            func = owner.func
        elif type(owner).__name__ == "Context" and func.args:  # asyncio.to_thread: context.run(f)
            func = func.args[0]
        else:
            func = inner
    return func


def name_of(func: Callable[..., Any]) -> str:
    """The qualified name of what will run in the thread."""
    # Django wraps each middleware in a function of its own: who is wrapped is who hops.
    func = inspect.unwrap(target_of(func))
    owner = getattr(func, "__self__", None)
    if not isinstance(owner, type | ModuleType | None) and hasattr(func, "__name__"):
        kind = type(owner)
        return f"{kind.__module__}.{kind.__qualname__}.{func.__name__}"
    named: Any = func if hasattr(func, "__qualname__") else type(func)
    return f"{named.__module__}.{named.__qualname__}"
