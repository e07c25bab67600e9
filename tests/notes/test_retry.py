"""Notes that are sent again."""

import asyncio

import pytest

from app.notes.models import Note
from app.serving.handler import AsyncHandler
from tests.callers import acall, call, read
from tests.client import Answer
from tests.notes.notes import hops

pytestmark = pytest.mark.django_db(transaction=True)

KEY = {"Idempotency-Key": "3f2b"}


def test_a_retry_with_its_key_writes_nothing() -> None:
    first = call("POST", "/api/notes", {"text": "x"}, headers=KEY)
    again = call("POST", "/api/notes", {"text": "x", "tags": []}, headers=KEY)
    assert (first.status, again.status) == (201, 201)
    assert (again.headers, again.body) == (first.headers, first.body)
    assert hops(first) == hops(again) == ["once", "return_connection"]
    assert Note.objects.count() == 1
    other = call("POST", "/api/notes", {"text": "y"}, headers=KEY)
    assert other.status == 422
    assert read(other)["errors"][0]["field"] == "Idempotency-Key"
    assert call("POST", "/api/notes", {"text": "y"}, headers=KEY, customer="other").status == 201


def test_the_same_key_many_times_at_once_writes_one_note() -> None:
    async def main() -> list[Answer]:
        handler = AsyncHandler()
        content = {"text": "x"}
        asked = (acall(handler, "POST", "/api/notes", content, headers=KEY) for _ in range(8))
        return await asyncio.gather(*asked)

    answers = asyncio.run(main())
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert Note.objects.count() == 1


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 256])
def test_a_key_is_visible_text(key: str) -> None:
    answer = call("POST", "/api/notes", {"text": "x"}, headers={"Idempotency-Key": key})
    assert answer.status == 422
    assert read(answer)["errors"][0] | {"detail": ""} == {
        "in": "header",
        "field": "Idempotency-Key",
        "detail": "",
    }
