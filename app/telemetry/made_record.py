"""Telemetry's own log records, made without what `logging` does for callers it does not know."""

import logging
import os
import threading
import time
from typing import Any

from app.telemetry.log_json import LINE_BYTES

_BLANK = vars(logging.LogRecord("", logging.INFO, __file__, 0, "", None, None))
# From Python 3.12 on; of the task that imports this, where a server does so on its loop.
_BLANK.update(dict.fromkeys(_BLANK.keys() & {"taskName"}))
_STARTED = _BLANK["created"] * 1000 - _BLANK["relativeCreated"]
SCALARS = frozenset((int, float, bool, type(None)))


class MadeRecord(logging.LogRecord):
    """A record with `extras` as attributes; see `made`."""

    __slots__ = ("extras",)
    extras: dict[str, Any]


def made(name: str, message: str, extras: dict[str, Any], line_bytes: int) -> logging.LogRecord:
    """The record that `logging.getLogger(name).info(message, extra=extras)` makes.

    2 µs for a request's instead of 6: nobody looks for the caller, for the task's name, or whether
    an extra replaces an attribute, which none of them may. `extras` belong to the record
    from now on; their names are such that the line has them as they are. `line_bytes`: how long
    the line may be.
    """
    make = logging.getLogRecordFactory()
    if make is not logging.LogRecord:  # an application's own, which adds attributes
        other = make(name, logging.INFO, __file__, 0, message, None, None)
        other.__dict__.update(extras, _line_bytes=line_bytes)
        return other
    now = time.time()
    record = MadeRecord.__new__(MadeRecord)
    record.extras = extras
    record.__dict__ = {
        **_BLANK,
        "name": name,
        "msg": message,
        "created": now,
        "msecs": now * 1000 // 1 % 1000,
        "relativeCreated": now * 1000 - _STARTED,
        "process": os.getpid(),
        "thread": threading.get_ident(),
        "threadName": threading.current_thread().name,
        "_line_bytes": line_bytes,
        **extras,
    }
    return record


def unchanged(record: MadeRecord) -> bool:
    """Whether it still has the extras it was made with, all short and plain, and no others.

    Else a filter has changed it, and each attribute has to be looked at.
    """
    fields, extras = record.__dict__, record.extras
    if len(fields) != len(_BLANK) + 1 + len(extras):
        return False
    if fields["exc_info"] or fields["exc_text"] or fields["stack_info"]:
        return False
    for name, value in extras.items():
        if value is not fields.get(name, _BLANK):
            return False
        which = type(value)
        if not ((which is str and len(value) <= LINE_BYTES) or which in SCALARS):
            return False
    return True
