"""Sessions on the loop: loaded when something reads them, saved with the async session API."""

from collections.abc import Callable
from typing import Any

from django.contrib.sessions.middleware import SessionMiddleware as Base
from django.http import HttpRequest

from app.serving.middleware.on_loop import OnLoop
from app.serving.middleware.store import awaited, with_session


class SessionMiddleware(OnLoop, Base):
    """Django's `SessionMiddleware`; any backend that has the async session API of `SessionBase`."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        self.SessionStore = awaited(self.SessionStore)

    async def run(self, request: HttpRequest, hook: Callable[..., Any], *args: Any) -> Any:
        return await with_session(request, hook, *args)
