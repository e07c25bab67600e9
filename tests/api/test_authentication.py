"""An operation's `auth`: callers are let in, and refused as problems with a challenge."""

import pytest

from app.api import authentication
from app.identity.denied import KeysUnavailable
from tests.callers import call, header, read

pytestmark = pytest.mark.usefixtures("_things")


def test_a_token_with_the_scope_is_let_in() -> None:
    answer = call("GET", "/api/mine", customer="acme", scopes="other things:read")
    assert (answer.status, answer.body) == (200, b"acme")
    assert answer.scope["customer"] == "acme"
    assert not answer.scope["hops"]


@pytest.mark.parametrize("authorization", [None, "Bearer of.bad.news"])
def test_others_are_refused(authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = call("GET", "/api/mine", customer=None, headers=headers)
    assert answer.status == 401
    assert header(answer, "content-type") == "application/problem+json"
    challenge = header(answer, "www-authenticate")
    assert challenge.startswith("Bearer")
    assert ("error=" in challenge) == bool(authorization)
    assert not answer.scope["hops"]


def test_a_missing_scope_is_named() -> None:
    answer = call("GET", "/api/mine", scopes="things:write")
    assert answer.status == 403
    assert read(answer)["detail"] == "The token lacks the scope things:read."
    challenge = 'Bearer error="insufficient_scope", scope="things:read"'
    assert header(answer, "www-authenticate") == challenge


def test_without_keys_the_caller_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoKeys:
        async def authenticate(self, _scope: object) -> None:
            raise KeysUnavailable(7)

    monkeypatch.setattr(authentication, "identity", NoKeys())
    answer = call("GET", "/api/mine")
    assert answer.status == 503
    assert header(answer, "retry-after") == "7"
