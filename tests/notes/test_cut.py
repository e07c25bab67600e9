"""Clients that go while their request is in the database."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from app.notes import store
from app.notes.models import Note
from app.serving.handler import AsyncHandler
from tests.callers import acall, call
from tests.client import Answer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_write_is_whole_when_its_client_goes_in_the_middle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(owner: str, fields: dict[str, object]) -> Note:
        inside.set()
        assert go_on.wait(20)
        return store.create_now(owner, fields)

    async def create(owner: str, fields: dict[str, object]) -> Note:
        try:
            return await sync_to_async(slow)(owner, fields)
        except asyncio.CancelledError:
            go_on.set()
            raise

    monkeypatch.setattr(store, "create", create)

    async def main() -> Answer:
        gone = asyncio.Event()
        content = {"text": "x"}
        asked = asyncio.ensure_future(
            acall(AsyncHandler(), "POST", "/api/notes", content, gone=gone)
        )
        await asyncio.to_thread(inside.wait, 20)
        gone.set()
        return await asked

    answer = asyncio.run(main())
    assert answer.status == 0
    assert Note.objects.get().text == "x"
    assert call("GET", "/api/notes").status == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'")
        assert cursor.fetchone() == (0,)
