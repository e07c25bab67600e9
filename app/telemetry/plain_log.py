"""Telemetry's own lines, logged without what `logging` does for callers it does not know."""

import logging
from typing import Any

from app.telemetry.log_handler import LogHandler
from app.telemetry.log_snapshot import plain


def info(logger: logging.Logger, message: str, fields: dict[str, Any], line_bytes: int) -> None:
    """What `logger.info(message, extra=fields)` does, for 11 µs instead of 26 (a request's line).

    That is called where anybody but our handler would see the record, or could change it. `fields`
    are scalars, no two of a line have one name, and they are the line's from now on; `line_bytes`:
    how long that may be.
    """
    if not logger.isEnabledFor(logging.INFO):
        return
    if (handler := _alone(logger)) is None:
        logger.info(message, extra={**fields, "_line_bytes": line_bytes})
    else:
        handler.pass_on(plain(logger.name, message, fields, line_bytes))


def _alone(logger: logging.Logger) -> LogHandler | None:
    """Our handler, when it is the only one and no filter, factory or formatter has a say."""
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
    return found if isinstance(found, LogHandler) and found.takes_plain else None
