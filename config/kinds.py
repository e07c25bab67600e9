"""The kinds of value that a setting may have: how one is read, and what is allowed."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import environ

T = TypeVar("T")


class Refused(ValueError):
    """A value that can be read and is still not taken; its message tells the operator why."""


@dataclass(frozen=True)
class Kind(Generic[T]):
    """`parse` turns the text into the value or raises ValueError; `allowed` says what it takes."""

    parse: Callable[[str], T]
    allowed: str
    secret: bool = False


def _text(value: str) -> str:
    return value


def _boolean(value: str) -> bool:
    words = {"true": True, "yes": True, "on": True, "1": True}
    words |= {"false": False, "no": False, "off": False, "0": False}
    if value.lower() not in words:
        raise ValueError
    return words[value.lower()]


def _host(value: str) -> str:
    if value == "*" or re.fullmatch(r"\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", value):
        return value
    ipaddress.ip_address(value.removeprefix("[").removesuffix("]"))
    return value


def _network(value: str) -> str:
    if value == "*":
        raise Refused(
            "* believes the left-most X-Forwarded-For, which anyone can forge: name your proxies"
        )
    # uvicorn reads a network with host bits (10.0.0.1/8) as a literal that never matches: strict.
    if ipaddress.ip_network(value).prefixlen == 0:
        raise Refused("the whole internet is as forgeable as *: name your proxies")
    return value


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError
    if value != f"{parts.scheme}://{parts.netloc}":
        raise Refused("an origin ends with its host or port: no path, not even a slash")
    return value


def _key_set(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise Refused("who stands between could put in keys of their own: https, or a file")
    if parts.scheme in {"http", "https"}:
        if not parts.hostname:
            raise ValueError
    elif not Path(value).is_file():
        raise Refused("there is no such file")
    return value


def _database(value: str) -> dict[str, Any]:
    if not value.startswith(("postgres://", "postgresql://")):
        raise ValueError
    config: dict[str, Any] = environ.Env.db_url_config(value)
    if not config["NAME"]:
        raise Refused("it ends with the name of a database")
    return config


def _cache(value: str) -> dict[str, Any]:
    if not value.startswith(("locmemcache://", "redis://", "rediss://")):
        raise ValueError
    if value.startswith("redis") and find_spec("redis") is None:
        raise Refused("a redis cache needs the package redis: uv add redis")
    # In memory Django's own backend would go to a thread for what takes 5 µs.
    backend = "app.serving.locmem.LocMemCache" if value.startswith("locmem") else None
    config: dict[str, Any] = environ.Env.cache_url_config(value, backend=backend)
    return config


def whole(low: int, high: int | None = None) -> Kind[int]:
    """Whole numbers from `low` to `high`, both included."""

    def parse(value: str) -> int:
        number = int(value)
        if number < low or (high is not None and number > high):
            raise ValueError
        return number

    span = f"from {low} to {high}" if high is not None else f"of at least {low}"
    return Kind(parse, f"a whole number {span}")


def seconds(low: float = 0.001, high: float = 86_400) -> Kind[float]:
    """Seconds, with a fraction if need be; never nan or endless."""

    def parse(value: str) -> float:
        number = float(value)
        if not low <= number <= high:
            raise ValueError
        return number

    return Kind(parse, f"seconds from {low:g} to {high:g}, such as 0.5")


def one_of(*words: str) -> Kind[str]:
    """One of some words, as they are written."""

    def parse(value: str) -> str:
        if value not in words:
            raise ValueError
        return value

    return Kind(parse, f"one of {', '.join(words)}")


def several(kind: Kind[T]) -> Kind[list[T]]:
    """Values of one kind with commas between them; nothing at all is an empty list."""

    def parse(value: str) -> list[T]:
        return [kind.parse(item.strip()) for item in value.split(",") if item.strip()]

    return Kind(parse, f"{kind.allowed}; several with commas between them", kind.secret)


boolean = Kind(_boolean, "true or false (yes or no, on or off, 1 or 0)")
text = Kind(_text, "any text")
secret = Kind(_text, "any text", secret=True)
host = Kind(_host, "a host name or address, without scheme and port")
port = whole(1, 65_535)
network = Kind(_network, "an IP address or a network in CIDR notation")
key_set = Kind(_key_set, "an https:// address or the path of a file")
origin = Kind(_origin, "an origin such as https://app.example.com")
database = Kind(_database, "postgres://user:password@host:5432/name", secret=True)
cache = Kind(
    _cache, "locmemcache://, redis://host:6379/0 or rediss://user:password@host:6379/0", secret=True
)
