"""Telemetry's own lines, logged without what `logging` does for callers it does not know."""

import logging
from typing import Any

from app.telemetry.log_handler import LogHandler
from app.telemetry.log_writer import ATOMIC_BYTES


def info(logger: logging.Logger, message: str, fields: dict[str, Any]) -> None:
    """What `logger.info(message, extra=fields)` does, for 10 µs instead of 26 (a request's line).

    The line is made at once: a record that the queue's thread formats costs both of them a copy.
    Where anybody but our handler would see the record, or could change it, logging is asked.
    `fields` are scalars, no two of a line have one name.
    """
    if not logger.isEnabledFor(logging.INFO):
        return
    handler = _alone(logger)
    if handler is None or (formatter := handler.json()) is None:
        logger.info(message, extra={**fields, "_line_bytes": ATOMIC_BYTES})
    else:
        handler.log_queue.put(formatter, formatter.line(logger.name, message, fields))


def _alone(logger: logging.Logger) -> LogHandler | None:
    """Our handler, when it is the only one and no filter of a logger or factory has a say."""
    if logger.filters or logging.getLogRecordFactory() is not logging.LogRecord:
        return None
    found: logging.Handler | None = None
    above: logging.Logger | None = logger
    while above is not None:
        for handler in above.handlers:
            if found is not None:
                return None
            found = handler
        above = above.parent if above.propagate else None
    return found if isinstance(found, LogHandler) else None
