"""Who calls, from a token's claims."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.caller import Caller, caller_of, scopes_of
from app.identity.denied import MissingScope, Reason, Refused


@pytest.mark.parametrize(
    ("claim", "customer"),
    [("acme", "acme"), ("Größe & Söhne", "Größe & Söhne"), (17, "17"), ("x" * 255, "x" * 255)],
)
def test_the_customer_is_the_claim(claim: object, customer: str) -> None:
    assert caller_of({"org": claim, "scope": "a b"}, "org") == Caller(customer, frozenset("ab"))


@pytest.mark.parametrize(
    "claim",
    [None, "", "x" * 256, True, 1.5, ["acme"], {}, "a\nb", "a\0", "\ud800", 10**255],
)
def test_a_customer_that_cannot_be_one_is_refused(claim: object) -> None:
    with pytest.raises(Refused) as caught:
        caller_of({"org": claim}, "org")
    assert caught.value.reason is Reason.INCOMPLETE


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({}, set()),
        ({"scope": "notes:read  notes:write "}, {"notes:read", "notes:write"}),
        ({"scope": ""}, set()),
        ({"scp": "notes:read"}, {"notes:read"}),
        ({"scp": ["notes:read", 1, None]}, {"notes:read"}),
        ({"scope": "a", "scp": "b"}, {"a"}),
        ({"scope": {"a": 1}}, set()),
    ],
)
def test_scopes(claims: dict[str, Any], scopes: set[str]) -> None:
    assert scopes_of(claims) == scopes


def test_a_scope_is_required() -> None:
    caller = Caller("acme", frozenset({"notes:read"}))
    caller.require("notes:read")
    with pytest.raises(MissingScope) as caught:
        caller.require("notes:write")
    assert caught.value.scope == "notes:write"


ANY_TEXT = st.text(st.characters(exclude_categories=()))  # halves of surrogate pairs, too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(JSON, JSON)
def test_whatever_claims_hold_the_customer_can_be_written_everywhere(org: Any, scope: Any) -> None:
    try:
        caller = caller_of({"org": org, "scope": scope}, "org")
    except Refused:
        return
    assert 0 < len(caller.customer.encode()) <= 4 * 255
    assert "\0" not in caller.customer
