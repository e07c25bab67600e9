"""Who calls, as whatever is joined tells it."""

import pytest

from app.api.authentication import authenticator
from tests.callers import believe, call, header, read

pytestmark = pytest.mark.usefixtures("_things")


def test_until_an_authenticator_is_joined_everybody_is_refused() -> None:
    answer = call("GET", "/api/mine")
    assert answer.status == 401
    assert header(answer, "www-authenticate") == "Bearer"
    assert read(answer)["detail"] == "This service knows no callers yet."


def test_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticator, "authenticate", believe)
    assert call("GET", "/api/mine", customer=None).status == 401
    answer = call("GET", "/api/mine", customer="acme", scopes="other things:read")
    assert (answer.status, answer.body) == (200, b"acme")
    assert not answer.scope["hops"]


def test_a_missing_scope_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticator, "authenticate", believe)
    answer = call("GET", "/api/mine", scopes="things:write")
    assert answer.status == 403
    assert read(answer)["detail"] == "This needs the scope things:read."
    challenge = 'Bearer error="insufficient_scope", scope="things:read"'
    assert header(answer, "www-authenticate") == challenge
