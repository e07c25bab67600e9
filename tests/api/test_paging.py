"""Cursors."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from app.api.paging import cursor_after, position
from app.api.refused import Refused

TENANTS = st.text(max_size=50, alphabet=st.characters(exclude_categories=["Cs"]))


@given(last=st.uuids(), tenant=TENANTS)
def test_a_cursor_leads_back(last: UUID, tenant: str) -> None:
    cursor = cursor_after(last, tenant)
    assert position(cursor, tenant) == last
    assert cursor.isascii()
    assert len(cursor) < 200


@given(last=st.uuids(), tenant=TENANTS, other=TENANTS)
def test_to_its_tenant_only(last: UUID, tenant: str, other: str) -> None:
    if tenant != other:
        with pytest.raises(Refused):
            position(cursor_after(last, tenant), other)


@given(cursor=st.text())
def test_nothing_else_is_one(cursor: str) -> None:
    with pytest.raises(Refused) as refused:
        position(cursor, "acme")
    assert refused.value.status == 422
    assert refused.value.extra["errors"][0]["field"] == "cursor"


def test_a_new_key_takes_the_old_ones_cursors(settings: Settings) -> None:
    last = uuid4()
    cursor = cursor_after(last, "acme")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" * 8
    assert position(cursor, "acme") == last
