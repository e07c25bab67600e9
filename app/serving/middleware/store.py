"""A session that synchronous code on the loop may use: what it would block for is awaited first.

Django's middleware read and save the session synchronously. Rather than to write that logic anew
with `await`, it runs as it is: where it would load or save, the store raises `Wanted`, the very
same I/O is awaited, and the hook runs again. So a request pays exactly the calls that Django's own
would have made. It holds for hooks that may run twice: those of sessions, csrf and messages, which
change nothing before their first access to the session that the second run does not repeat.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.http import HttpRequest


class Wanted(Exception):
    """Raised on the loop instead of blocking it: `await io()`, then call again."""

    def __init__(self, io: Callable[[], Awaitable[None]]) -> None:
        self.io = io


class AwaitedStore(SessionBase):
    """Stands before a backend's `SessionStore`; `engine` is that class as it was."""

    engine: ClassVar[type[SessionBase]]
    _session_cache: dict[str, Any]
    _awaiting = False  # a hook runs on the loop at this moment
    _ahead: SessionBase | None = None  # loaded, but not yet asked for
    _saved: UpdateError | bool = False  # what came of the save that the running hook wants

    async def load_ahead(self) -> None:
        """Load for a reader that may come, unseen until it does.

        Seen would be: `accessed` (Vary: Cookie), and a key without a session behind it (the cookie
        is deleted). Whoever then reads, in whatever way, reads this. No session cookie, no load.
        """
        if self.session_key and self._ahead is None and not hasattr(self, "_session_cache"):
            ahead = self.engine(self.session_key)
            await ahead.akeys()
            self._ahead = ahead

    def _adopt(self, ahead: SessionBase) -> dict[str, Any]:
        modified = self.modified or ahead.modified
        vars(self).update(vars(ahead), modified=modified, _ahead=None)
        return self._session_cache

    def load(self) -> dict[str, Any]:
        if self._ahead is not None:
            return self._adopt(self._ahead)
        if self._awaiting:
            raise Wanted(self.load_ahead)
        return super().load()

    async def aload(self) -> dict[str, Any]:
        return await super().aload() if self._ahead is None else self._adopt(self._ahead)

    def save(self, must_create: bool = False) -> None:
        if not self._awaiting:
            super().save(must_create)
        elif self._saved is False:
            raise Wanted(self._save_ahead)
        elif self._saved is not True:
            raise self._saved

    async def _save_ahead(self) -> None:
        try:
            await self.asave()
        except UpdateError as error:
            self._saved = error
        else:
            self._saved = True

    async def serve(self, hook: Callable[..., Any], *args: Any) -> Any:
        """Call a synchronous hook on the loop; what it wants of this session is awaited."""
        try:
            while True:
                try:
                    self._awaiting = True
                    return hook(*args)
                except Wanted as wanted:
                    self._awaiting = False
                    await wanted.io()
        finally:
            self._awaiting = self._saved = False


@cache
def awaited(engine: type[SessionBase]) -> type[AwaitedStore]:
    """The backend's `SessionStore` as an `AwaitedStore`, named alike: the name salts signatures."""
    return type(
        engine.__name__,
        (AwaitedStore, engine),
        {"engine": engine, "__qualname__": engine.__qualname__, "__module__": engine.__module__},
    )


async def with_session(request: HttpRequest, hook: Callable[..., Any], *args: Any) -> Any:
    """Call a hook that may read or save `request.session`, on the loop if that is ours.

    The session of somebody else's middleware is loaded and saved as Django does it: in a thread.
    """
    session = getattr(request, "session", None)
    if isinstance(session, AwaitedStore):
        return await session.serve(hook, *args)
    if session is None:
        return hook(*args)
    return await sync_to_async(hook)(*args)
