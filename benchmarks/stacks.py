"""The stacks that are measured, each started as its own documentation says for production."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.server.harness import GUNICORN

# https://www.uvicorn.org/deployment/ and https://fastapi.tiangolo.com/deployment/docker/: one
# worker a container. uvloop and httptools are what `uvicorn[standard]` brings.
UVICORN = (
    *(sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", "{port}"),
    *("--loop", "uvloop", "--http", "httptools", "--no-access-log"),
)
# https://docs.djangoproject.com/en/5.2/howto/deployment/asgi/uvicorn/
DJANGO = (
    *(sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--no-control-socket"),
    *("--worker-class", "uvicorn_worker.UvicornWorker"),
)


# The service has the packages of its image and no others: httpx imports rich where it finds it.
SERVICE_PYTHON = os.environ.get("SERVICE_PYTHON", sys.executable)


@dataclass(frozen=True)
class Stack:
    """One side of a comparison: `name` as the table has it."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)


def _peer(name: str, module: str) -> Stack:
    return Stack(name, (*UVICORN, f"benchmarks.peers.{module}:app"))


def _django(name: str, module: str) -> Stack:
    return Stack(name, (*DJANGO, f"benchmarks.peers.{module}:application"))


def _service(name: str, settings: str, application: str = "config.asgi") -> Stack:
    command = (SERVICE_PYTHON, *GUNICORN[1:-1], f"{application}:application")
    return Stack(name, command, {"DJANGO_SETTINGS_MODULE": settings})


SERVICE = _service("this service, observed", "config.settings")
ENDPOINTS = _service("this service, observed", "benchmarks.service.settings")
TWELVE = _service("this service with the twelve middleware", "benchmarks.service.twelve_settings")
MANY_VIEWS = _service("this service, 240 views", "tests.server.many_views_settings")
BARE = _service("its handler, bare", "benchmarks.service.bare_settings", "benchmarks.service.bare")
RAW = _peer("raw ASGI", "raw_asgi")
STARLETTE = _peer("Starlette, observed", "starlette_observed")
LITESTAR = _peer("Litestar, observed", "litestar_observed")
FASTAPI_BARE = _peer("FastAPI, bare", "fastapi_bare")
FASTAPI = _peer("FastAPI, observed", "fastapi_observed")
SQLALCHEMY = _peer("FastAPI, observed, SQLAlchemy", "fastapi_sqlalchemy")
STOCK = _django("Django stock, no middleware", "django_stock")
QUESTION = _django("the question's stack", "question")
ANSWER = _django("the accepted answer's stack", "answer")
