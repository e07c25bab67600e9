"""Services that wait in other ways than this one: commands for `tests.server.harness.serving`."""

import sys
import time
from collections.abc import Callable, Iterable

from django.core.asgi import get_asgi_application

UVICORN = (sys.executable, "-m", "uvicorn", "--port", "{port}", "--no-access-log")
GUNICORN = (sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--no-control-socket")
WSGI = "tests.loadtest.stacks:sleeping"

# Django's own handler, with the settings that DJANGO_SETTINGS_MODULE names.
DJANGO = (*UVICORN, "--factory", "tests.loadtest.stacks:get_asgi_application")
TEN_THREADS = (*GUNICORN, "--worker-class", "gthread", "--threads", "10", WSGI)
ONE_AT_A_TIME = (*GUNICORN, "--worker-class", "sync", WSGI)
QUESTION = {"DJANGO_SETTINGS_MODULE": "tests.serving.question_settings"}
ANSWER = {"DJANGO_SETTINGS_MODULE": "tests.serving.answer_settings"}

__all__ = ["get_asgi_application"]


def sleeping(environ: object, start_response: Callable[..., object]) -> Iterable[bytes]:
    """A WSGI application that sleeps one second in a thread of its server."""
    time.sleep(1)
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
