"""Middleware that only says it saw a request; what it used to write, the telemetry pass writes.

They own no timer and no metric: there is one timer per request, around Django. A mark tells the
telemetry pass that this middleware stands in the stack and that the request came as far as it.
"""

from typing import ClassVar

from django.http import HttpRequest

from app.serving.middleware.on_loop import OnLoop

PROMETHEUS_BEFORE = "prometheus_before"
PROMETHEUS_AFTER = "prometheus_after"
API_LOGGER = "api_logger"


class Marking(OnLoop):
    """Adds `mark` to `scope["marks"]`; a request of WSGI has no scope and passes through."""

    mark: ClassVar[str]

    def process_request(self, request: HttpRequest) -> None:
        scope = getattr(request, "scope", None)
        if scope is not None:
            scope.setdefault("marks", set()).add(self.mark)
