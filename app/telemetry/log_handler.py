"""logging's end of the log: the handler that dictConfig makes, and the process's one queue."""

import logging
import os
import sys

from app.telemetry.log_format import JsonFormatter
from app.telemetry.log_queue import LogQueue, instead
from app.telemetry.log_snapshot import snapshot
from app.telemetry.log_writer import Writer
from app.telemetry.response_cut import Unreported

# Started with stdout closed, descriptor 1 may by now be a file or a socket of the application.
process_log = LogQueue(Writer(1 if sys.__stdout__ else -1))
os.register_at_fork(after_in_child=process_log.after_fork)


class LogHandler(logging.Handler):
    """logging's end of the process's queue. `queue_size` is that of the whole process."""

    def __init__(self, queue_size: int = 10_000, log_queue: LogQueue | None = None) -> None:
        super().__init__()
        self.log_queue = log_queue or process_log
        self.log_queue.size = queue_size

    def handle(self, record: logging.LogRecord) -> bool:
        """Take a record, without the handler's lock: nothing here needs it, and a message's
        arguments, printed here, may wait for a thread that logs too.
        """
        if passed := self.filter(record):
            self.emit(passed if isinstance(passed, logging.LogRecord) else record)
        return bool(passed)

    def json(self) -> JsonFormatter | None:
        """The formatter, where nothing else has a say in what becomes of a record at INFO."""
        if self.level > logging.INFO or not isinstance(self.formatter, JsonFormatter):
            return None
        ours = all(isinstance(each, Unreported) for each in self.filters)
        return self.formatter if ours else None

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record on its way."""
        try:
            copy: logging.LogRecord = snapshot(record)
        except Exception as error:
            self.log_queue.lose()
            copy = instead(record, error)
        self.log_queue.put(self.formatter or logging.Formatter(), copy)
