"""JSON for the log: any value becomes valid JSON on one line, of a bounded length."""

from collections.abc import Mapping
from typing import Any

import orjson
from pythonjsonlogger.orjson import orjson_default

# Container runtimes split longer lines (containerd's CRI at 16 KiB, the newline included).
LINE_BYTES = 16_384
_DEEPEST = 32


def encode(value: Any) -> bytes:
    """`value` as JSON, whatever it is: what JSON has no word for becomes a string."""
    try:
        return orjson.dumps(value, orjson_default, orjson.OPT_NON_STR_KEYS)
    except (TypeError, ValueError, RecursionError):
        return orjson.dumps(_clean(value, ()))


def middle(text: str, length: int) -> str:
    """`text` in at most `length` (≥ 1) characters, with `…` for what was cut from its middle."""
    if len(text) <= length:
        return text
    head = length // 2
    return f"{text[:head]}…{text[len(text) - (length - head - 1) :]}"


def fit(fields: Mapping[str, Any], limit: int, keep: int) -> bytes:
    """`fields` as a JSON object of at most `limit` bytes: the longest values are cut first.

    Where there are so many fields that nothing would be left of any, only the first `keep` stay.
    """
    line = encode(fields)
    if len(line) <= limit:
        return line
    fields = {_text(name): value for name, value in fields.items()}
    # Not always as long as before: a value that had to be cleaned has its neighbours cleaned too.
    parts = {name: encode(value) for name, value in fields.items()}
    line = _join(parts)
    if len(line) <= limit:
        return line
    # Then one is longer than its share of the room that the shorter ones leave.
    sizes = sorted(map(len, parts.values()))
    room = limit - len(line) + sum(sizes)
    while sizes[0] * len(sizes) <= room:
        room -= sizes.pop(0)
    longest = room // len(sizes)
    if longest < 16 and len(fields) > keep:
        return fit({name: fields[name] for name in list(fields)[:keep]}, limit, keep)
    for name, value in fields.items():
        if len(parts[name]) > longest:
            parts[name] = encode(_shorten(value, longest))
    return _join(parts)


def _join(parts: dict[str, bytes]) -> bytes:
    return orjson.dumps({name: orjson.Fragment(part) for name, part in parts.items()})


def _shorten(value: Any, size: int) -> str:
    """A string whose JSON has at most `size` bytes."""
    text = value if isinstance(value, str) else encode(value).decode()
    text = middle(text, max(1, size))
    least, most = 1, len(text)
    while least < most:  # how many characters fit depends on which are escaped, and on UTF-8
        length = (least + most + 1) // 2
        if len(encode(middle(text, length))) <= size:
            least = length
        else:
            most = length - 1
    return middle(text, least)


def _clean(value: Any, path: tuple[int, ...]) -> Any:
    """`value` in types that orjson surely takes; `path` holds the containers around it."""
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, int):  # beyond 4,300 digits str() refuses, hex() does not
        return value if -(2**63) <= value < 2**64 else hex(value)
    if isinstance(value, dict | list | tuple):
        if id(value) in path or len(path) >= _DEEPEST:
            return "…"
        path = (*path, id(value))
        if isinstance(value, dict):
            return {_text(key): _clean(item, path) for key, item in value.items()}
        return [_clean(item, path) for item in value]
    return _text(value)


def _text(value: Any) -> str:
    """`value` as a string without lone surrogates (undecodable bytes): UTF-8 cannot carry them."""
    try:
        text = str(value)
    except Exception as error:
        text = f"<{type(value).__name__}: {type(error).__name__} in its str()>"
    return text.encode("utf-8", "backslashreplace").decode()
