"""Containers of the image: as locked up as a cluster would have them, ended by their id."""

import contextlib
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scripts.image_report import docker
from scripts.postgres import SOCKET_FILES
from tests.server.harness import free_port

LOCKED_UP = (
    *("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
    *("--network", "host"),  # to listen on loopback alone, and to reach a database there
)
SOCKET = SOCKET_FILES[0]
NO_DATABASE = "postgres://user:password@127.0.0.1:1/name"
SETTINGS = {
    "SECRET_KEY": "for-tests-" * 6,
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "DATABASE_URL": NO_DATABASE,
    "HOST": "127.0.0.1",
    "DRAIN_SECONDS": "2",
}


def way_to(database: str) -> tuple[str, ...]:
    """What a container needs in order to reach it: the socket of the tests' own is mounted.

    The socket and not its folder, which only PostgreSQL may enter.
    """
    sockets = parse_qs(urlsplit(database).query).get("host", [])
    return tuple(f"--volume={folder}/{SOCKET}:{folder}/{SOCKET}" for folder in sockets)


def options(env: Mapping[str, str], *more: str) -> list[str]:
    """What `docker run` is told."""
    return [*LOCKED_UP, *more, *(f"--env={name}={value}" for name, value in env.items())]


def run(
    image: str, *words: str, env: Mapping[str, str] = SETTINGS, more: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """A container that does one thing and ends, without a writable folder unless `more` adds it."""
    command = ["docker", "run", "--rm", *options(env, *more), image, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@dataclass
class Container:
    """A running one: its id and its ports on loopback."""

    id: str
    port: int
    metrics_port: int

    @property
    def url(self) -> str:
        """The address without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def state(self) -> dict[str, Any]:
        """What the engine says of it."""
        found: list[dict[str, Any]] = json.loads(docker("inspect", self.id))
        state: dict[str, Any] = found[0]["State"]
        return state


@contextlib.contextmanager
def serving(image: str, *more: str, **env: str) -> Iterator[Container]:
    """A container without arguments, with a tmpfs at /tmp."""
    port, metrics_port = free_port(), free_port()
    ports = {"PORT": str(port), "METRICS_PORT": str(metrics_port)}
    told = options(SETTINGS | ports | env, "--tmpfs=/tmp", *more)
    container = Container(docker("run", "--detach", *told, image).strip(), port, metrics_port)
    try:
        yield container
    except BaseException:
        subprocess.run(["docker", "logs", container.id], check=False)  # pytest shows it
        raise
    finally:
        docker("rm", "--force", container.id)
