"""The kinds of value that a setting may have: how one is read, and what is allowed."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from app.loadtest import thresholds as thresholds_
from app.loadtest.units import duration

T = TypeVar("T")


class Refused(ValueError):
    """A value that is not taken for the reason that its message gives, in lines."""


@dataclass(frozen=True)
class Kind(Generic[T]):
    """`parse` turns the text into the value or raises ValueError; `written` turns it back."""

    parse: Callable[[str], T]
    allowed: str
    secret: bool = False
    written: Callable[[T], str] = str


def about(kind: Kind[Any], default: str, help_: str) -> dict[str, Any]:
    """The metadata of a setting; its default as one would write it."""
    return {"kind": kind, "default": default, "help": help_}


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https"):
        raise Refused(f"{value!r} has no scheme; write http://{value} or https://{value}")
    if not parts.hostname or (parts.port is not None and not parts.port):
        raise ValueError
    if parts.username or parts.query or parts.fragment:
        raise Refused("an address ends with its host, port or path; a token goes into TOKEN")
    return value.rstrip("/")


def _boolean(value: str) -> bool:
    if value not in ("true", "false"):
        raise ValueError
    return value == "true"


def _file(value: str) -> str:
    if value and not Path(value).is_file():
        raise Refused(f"there is no file {value}")
    return value


def _path(value: str) -> str:
    if not value.startswith("/") or not value.isprintable() or " " in value:
        raise ValueError
    return value


def _positive(value: str) -> float:
    number = float(value)
    if not 0 <= number < math.inf:
        raise ValueError
    return number


def _thresholds(value: str) -> list[thresholds_.Threshold]:
    try:
        return thresholds_.parse(value)
    except ValueError as error:
        raise Refused(str(error)) from None


def whole(low: int) -> Kind[int]:
    """Whole numbers from `low`."""

    def parse(value: str) -> int:
        if int(value) < low:
            raise ValueError
        return int(value)

    return Kind(parse, f"a whole number of at least {low}")


def span(least: float) -> Kind[float]:
    """Durations of at least so many seconds; a bare number is refused: 60 may be minutes."""

    def parse(value: str) -> float:
        seconds = duration(value)
        if seconds < least:
            raise ValueError
        return seconds

    return Kind(
        parse, f"a time of at least {least:g}s, such as 90s, 5m or 1h30m", False, "{:g}s".format
    )


def one_of(*words: str) -> Kind[str]:
    """One of some words."""

    def parse(value: str) -> str:
        if value not in words:
            raise ValueError
        return value

    return Kind(parse, f"one of {', '.join(words)}")


url = Kind(_url, "an address such as http://service:8000")
optional_url = Kind(lambda value: value and _url(value), url.allowed)
boolean = Kind(_boolean, "true or false", False, lambda value: str(value).lower())
text = Kind(str, "any text")
secret = Kind(str, "any text", secret=True)
file = Kind(_file, "the path of a file")
folder = Kind(Path, "the path of a folder")
path = Kind(_path, "a path that begins with /")
positive = Kind(_positive, "a number from 0, such as 250", False, "{:g}".format)
thresholds = Kind(
    _thresholds, thresholds_.EXAMPLES, False, lambda value: ", ".join(t.text for t in value)
)
