"""The JSON access log of the peers: one line a request, with the fields that the service's has.

Plain ASGI, as Starlette's documentation advises for speed, and python-json-logger on orjson.
"""

import logging
import os
import time
from logging.config import dictConfig
from typing import Any

from app.asgi import App, Receive, Scope, Send

logger = logging.getLogger("access")

# https://github.com/snok/asgi-correlation-id#configure-logging
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"id": {"()": "asgi_correlation_id.CorrelationIdFilter", "uuid_length": 32}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.orjson.OrjsonFormatter",
            "fmt": ["levelname", "name", "message", "correlation_id"],
            "rename_fields": {
                "levelname": "level",
                "name": "logger",
                "correlation_id": "request_id",
            },
            "timestamp": True,
        }
    },
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "filters": ["id"],
            "formatter": "json",
        }
    },
    "root": {"handlers": ["stdout"], "level": "INFO"},
}


class AccessLog:
    """Stands below the middleware that sets the correlation id."""

    def __init__(self, app: App) -> None:
        self.app = app
        dictConfig(LOGGING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and log its end."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500
        size = 0

        async def watched(message: Any) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
            client = scope.get("client")
            route = getattr(scope.get("route"), "path", None) or scope.get("path_template")
            logger.info(
                "%s %s %d",
                scope["method"],
                scope["path"],
                status,
                extra={
                    "http.request.method": scope["method"],
                    "url.path": scope["path"],
                    "client.address": client[0] if client else None,
                    "user_agent.original": agent.decode("latin-1"),
                    "process.pid": os.getpid(),
                    "http.route": route,
                    "http.response.status_code": status,
                    "duration_ms": round((time.perf_counter() - started) * 1000, 3),
                    "response_bytes": size,
                },
            )
