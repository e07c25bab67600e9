"""What a log record says at the moment of the call, safe to be written later by another thread."""

import logging
import traceback
from typing import Any

import orjson

from app.telemetry.log_json import LINE_BYTES, encode, middle
from app.telemetry.request_id import request_id, trace_id

SCALARS = frozenset((int, float, bool, type(None)))
# What every record has; the rest are the caller's extras.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",  # from Python 3.12 on
    "color_message",  # uvicorn's message again, with escape sequences
}


def snapshot(record: logging.LogRecord) -> logging.LogRecord:
    """A copy of `record` that holds nothing which can change or is large (2 µs for a request's).

    - The message is made now: arguments may be changed meanwhile, hold a whole request, or ask the
      database when they are printed. It costs 0.2 µs (copy.copy() of a record: 2 µs).
    - Of an exception only the lines' places and its texts are kept, as `_traceback`
      (a traceback.TracebackException or None): 45 µs for ten frames, 570 µs with the source lines,
      which the listener reads; the frames themselves would keep all local variables alive.
    - Extras that are no plain scalars become plain JSON values; strings are cut at 16 KiB. An
      object named `request` is left out: Django adds one to each 4xx, its text has the query.
    - The request's id and trace are those of the calling context.

    Raises what a broken message (too few arguments, …) raises.
    """
    copy = logging.LogRecord.__new__(logging.LogRecord)
    copy.__dict__ = fields = record.__dict__.copy()
    fields["msg"] = middle(record.getMessage().rstrip("\n"), LINE_BYTES)
    fields["args"] = None
    for name, value in record.__dict__.items():
        which = type(value)
        if (which is str and len(value) <= LINE_BYTES) or which in SCALARS or name in STANDARD:
            continue
        if name == "request" and not isinstance(value, str):
            del fields[name]
        else:
            fields[name] = _plain(value)
    fields["_traceback"] = None
    if record.exc_info:
        kind, error, trace = record.exc_info
        fields["exc_info"] = None
        if kind is not None and error is not None:
            fields["_traceback"] = traceback.TracebackException(
                kind, error, trace, lookup_lines=False, compact=True
            )
    if (own := request_id.get()) is not None:
        fields.setdefault("request_id", own)
    if (trace_of := trace_id.get()) is not None:
        fields.setdefault("trace_id", trace_of)
    return copy


def _plain(value: Any) -> Any:
    """`value` as JSON can say it, or the middle cut out of its JSON when that is long."""
    if isinstance(value, str):
        return middle(value, LINE_BYTES)
    data = encode(value)
    return orjson.loads(data) if len(data) <= LINE_BYTES else middle(data.decode(), LINE_BYTES)
