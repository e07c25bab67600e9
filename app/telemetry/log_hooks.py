"""What would go to stderr as text goes to the log: warnings and exceptions that nobody caught."""

import logging
import sys
import threading
from types import TracebackType

logger = logging.getLogger("uncaught")


def install() -> None:
    """Put the hooks in place, each only where Python's own is: another's (Sentry's) stays."""
    logging.captureWarnings(True)
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _uncaught
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _in_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _unraisable


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logger.critical("uncaught exception", exc_info=(kind, error, trace))


def _in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        name = args.thread.name if args.thread else "unknown"
        logger.error(
            "uncaught exception in thread %s",
            name,
            exc_info=(args.exc_type, args.exc_value, args.exc_traceback),
        )


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    # Its object is not printed: that can run code of a half-destroyed object.
    kind = type(args.object).__name__
    logger.error(
        "%s: %s",
        args.err_msg or "exception ignored in",
        kind,
        exc_info=(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback),
    )
