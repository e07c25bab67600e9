"""Entity tags."""

import pytest
from django.test import RequestFactory

from app.api.etags import etag_of, if_match, lost_update, matches, not_modified


@pytest.mark.parametrize(
    ("given", "good"),
    [
        (None, True),
        ("*", True),
        ('"7"', True),
        ('"6", "7"', True),
        ('W/"7"', False),
        ('"8"', False),
        ("7", False),
        ("", False),
    ],
)
def test_changes_are_for_a_version(given: str | None, good: bool) -> None:
    headers = {} if given is None else {"If-Match": given}
    assert matches(7, if_match(RequestFactory().put("/", headers=headers))) is good


@pytest.mark.parametrize(
    ("given", "known"),
    [("*", True), ('"7"', True), ('W/"7"', True), ('"8"', False), ("7", False), ("", False)],
)
def test_what_is_known_is_not_sent(given: str, known: bool) -> None:
    response = not_modified(RequestFactory().get("/", headers={"If-None-Match": given}), 7)
    assert (response is not None) is known
    if response:
        # A type would replace that of the note, in the cache that keeps it (RFC 9111, section 3.2).
        assert (response.status_code, list(response.items())) == (304, [("ETag", etag_of(7))])


def test_a_lost_update_is_412() -> None:
    assert lost_update().status == 412
