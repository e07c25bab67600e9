"""What HTTP's statuses are called, the same on every Python."""

from http import HTTPStatus

# RFC 9110's, as Python has them from 3.13 on.
_PHRASES = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}


def phrase(status: int) -> str:
    """What an HTTP status is called; ValueError for one that HTTP does not name."""
    return _PHRASES.get(status) or HTTPStatus(status).phrase
