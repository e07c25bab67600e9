"""What a caller is told who is not let in."""

import re

import pytest

from app.identity.denied import Denied, KeysUnavailable, MissingScope, Reason, Refused


@pytest.mark.parametrize("reason", Reason)
def test_a_bad_token_is_401_with_a_challenge_that_names_its_class(reason: Reason) -> None:
    denied = Refused(reason)
    assert denied.status == 401
    assert str(denied) == reason.value
    challenge = denied.headers["WWW-Authenticate"]
    # RFC 6750: the characters that error_description may have, inside quotes.
    assert re.fullmatch(
        r'Bearer( error="invalid_token", error_description="[ !#-\[\]-~]+")?', challenge
    )
    assert reason.value in challenge or reason is Reason.NO_TOKEN


def test_who_sent_no_token_is_told_of_no_error() -> None:
    assert Refused(Reason.NO_TOKEN).headers == {"WWW-Authenticate": "Bearer"}


def test_a_missing_scope_is_403_and_named() -> None:
    denied: Denied = MissingScope("notes:write")
    assert denied.status == 403
    assert str(denied) == "The token lacks the scope notes:write."
    assert denied.headers == {
        "WWW-Authenticate": 'Bearer error="insufficient_scope", scope="notes:write"'
    }


def test_no_keys_is_503_and_says_when_to_come_again() -> None:
    denied: Denied = KeysUnavailable(30)
    assert (denied.status, denied.headers) == (503, {"Retry-After": "30"})
