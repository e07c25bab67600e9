"""Statuses are called as RFC 9110 calls them, whichever Python runs."""

import pytest

from app.statuses import phrase


@pytest.mark.parametrize(
    ("status", "called"),
    [
        (400, "Bad Request"),
        (413, "Content Too Large"),
        (414, "URI Too Long"),
        (416, "Range Not Satisfiable"),
        (422, "Unprocessable Content"),
    ],
)
def test_a_status_is_called_the_same_on_every_python(status: int, called: str) -> None:
    assert phrase(status) == called


def test_what_has_no_name_is_an_error() -> None:
    with pytest.raises(ValueError, match="599"):
        phrase(599)
