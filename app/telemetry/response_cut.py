"""How a server is told to close a connection in the middle of a response."""

import logging


class ResponseCut(Exception):
    """A response that had begun cannot go on; why is in the log already, so it has no cause."""


class Unreported(logging.Filter):
    """Drops what a server logs about a `ResponseCut`: a second traceback, that says nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is about something else."""
        return not (record.exc_info and isinstance(record.exc_info[1], ResponseCut))
