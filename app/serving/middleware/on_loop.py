"""Django's middleware on the event loop.

`MiddlewareMixin` sends `process_request`, `process_response` and `process_view` of its subclasses
through `sync_to_async`, two to three threads' switches a request and middleware, although most of
them only read and write headers. `OnLoop` stands before such a class and calls the same methods
where they are: the logic stays Django's, the thread goes.
"""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin


class OnLoop(MiddlewareMixin):
    """Calls the hooks of a `MiddlewareMixin` on the loop: `class X(OnLoop, django.X): ...`.

    Only for hooks that do no I/O; where one may, the subclass says in `run` how it is awaited.
    Below synchronous code (WSGI, a synchronous middleware further in) it is Django's own.
    """

    get_response: Callable[[HttpRequest], Any]

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        self._waits = iscoroutinefunction(self.run)
        hook = getattr(self, "process_view", None)
        if not self.async_mode or hook is None or iscoroutinefunction(hook):
            return

        async def process_view(request: HttpRequest, *args: Any) -> Any:
            response = self.run(request, hook, request, *args)
            return await response if self._waits else response

        # Django's adapt_method_mode sends to a thread whatever is not a coroutine function.
        vars(self)["process_view"] = process_view

    def run(self, request: HttpRequest, hook: Callable[..., Any], *args: Any) -> Any:
        """Call one hook of this request and return what it returns; may be asynchronous."""
        return hook(*args)

    async def __acall__(self, request: HttpRequest) -> Any:
        response = None
        if hasattr(self, "process_request"):
            response = self.run(request, self.process_request, request)
            if self._waits:
                response = await response
        response = response or await self.get_response(request)
        if hasattr(self, "process_response"):
            response = self.run(request, self.process_response, request, response)
            if self._waits:
                response = await response
        return response
