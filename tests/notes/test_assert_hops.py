"""How the tests of a fork hold an endpoint to its hops, each kind of test in its own way."""

import asyncio

import pytest
from django.test import SimpleTestCase, TestCase, TransactionTestCase

from app.identity.mint import mint
from app.notes.models import Note
from app.serving.handler import AsyncHandler
from app.serving.hops import assert_hops
from app.serving.hops_request import Answer, Request, ask


async def read_note(note: Note) -> Answer:
    token = mint("acme", ["notes:read"])
    return await ask(AsyncHandler(), Request(f"/api/notes/{note.id}", token=token))


@pytest.mark.django_db(transaction=True)
def test_with_pytest() -> None:
    note = Note.objects.create(owner="acme", text="a")

    async def work() -> Answer:
        with assert_hops(2):  # the query, and the way back of its connection
            return await read_note(note)

    assert asyncio.run(work()).status == 200


@pytest.mark.django_db(transaction=True)
def test_what_was_asked_inside_is_named() -> None:
    note = Note.objects.create(owner="acme", text="a")

    async def work() -> None:
        with assert_hops(0):
            await read_note(note)

    with pytest.raises(AssertionError) as caught:
        asyncio.run(work())
    first, query, close = str(caught.value).splitlines()
    assert first == "2 hops, not 0:"
    assert query.startswith("- ORM call: ")
    assert "(app/notes/store.py:" in query
    assert close.startswith("- end of the request: ")


class WithoutDatabase(SimpleTestCase):
    async def test_a_view_that_stays_on_the_loop(self) -> None:
        with assert_hops(0):
            answer = await ask(AsyncHandler(), Request("/version"))
        assert answer.status == 200


class InATransaction(TestCase):
    async def test_a_view_that_reads(self) -> None:
        note = await Note.objects.acreate(owner="acme", text="a")
        with assert_hops(1):  # the query: the connection is the test's, and stays
            answer = await read_note(note)
        assert answer.status == 200


class WithoutATransaction(TransactionTestCase):
    async def test_a_view_that_reads(self) -> None:
        note = await Note.objects.acreate(owner="acme", text="a")
        with assert_hops(1):
            answer = await read_note(note)
        assert answer.status == 200
