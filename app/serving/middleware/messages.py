"""Messages on the loop, also when they overflow from their cookie into the session."""

from collections.abc import Callable
from typing import Any

from django.contrib.messages.middleware import MessageMiddleware as Base
from django.contrib.messages.storage import default_storage
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest

from app.serving.middleware.on_loop import OnLoop
from app.serving.middleware.store import AwaitedStore, with_session


class MessageMiddleware(OnLoop, Base):
    """Django's `MessageMiddleware`. A view reads messages synchronously, there is no other way:
    where they are (or may be) in the session, that is loaded before the view."""

    async def __acall__(self, request: HttpRequest) -> Any:
        session = getattr(request, "session", None)
        if isinstance(session, AwaitedStore) and overflown(request, session):
            await session.load_ahead()
        return await super().__acall__(request)

    async def run(self, request: HttpRequest, hook: Callable[..., Any], *args: Any) -> Any:
        return await with_session(request, hook, *args)


def overflown(request: HttpRequest, session: AwaitedStore) -> bool:
    """Whether a reader of this request's messages has to load its session."""
    return session.session_key is not None and in_session(default_storage(request))


def in_session(storage: BaseStorage) -> bool:
    """Whether to read these messages is to read the session; `storage` is of no use afterwards.

    The cookie of Django's default storage ends with a mark when there is more in the session. Of a
    storage that is not Django's nothing is known: it may.
    """
    if not isinstance(storage, FallbackStorage):
        return not isinstance(storage, CookieStorage)
    for part in storage.storages:
        if not isinstance(part, CookieStorage):
            return True
        messages, complete = part._get()  # type: ignore[attr-defined] # not in the stubs
        if messages is None or complete:
            break
    return False
