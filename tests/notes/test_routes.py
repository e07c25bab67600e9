"""The operations on notes, through the whole of Django on a real PostgreSQL."""

import asyncio
from uuid import UUID, uuid4

import pytest

from app.notes.models import Note
from app.serving.handler import AsyncHandler
from tests.callers import acall, call, header, read
from tests.client import Answer
from tests.notes.notes import created, hops

pytestmark = pytest.mark.django_db(transaction=True)

CLOSE = "app.serving.signals.return_connection"  # returns the connection


def test_a_note_is_created() -> None:
    answer = created(tags=["home", "weekly"])
    note = read(answer)
    assert list(note) == ["id", "text", "tags", "created", "updated"]
    assert (note["text"], note["tags"]) == ("Water the plants.", ["home", "weekly"])
    assert UUID(note["id"]).version == 7
    assert header(answer, "location") == f"/api/notes/{note['id']}"
    assert header(answer, "content-type") == "application/json"
    assert answer.scope["hops"] == ["app.notes.store.create_now", CLOSE]
    assert read(call("GET", header(answer, "location"))) == note


def test_a_note_is_read_with_one_query_and_a_close() -> None:
    answer = call("GET", header(created(), "location"))
    assert answer.status == 200
    assert hops(answer) == ["get", "return_connection"]
    assert header(answer, "etag") == '"1"'


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"0", "1"', "*"])
def test_what_is_known_is_not_sent_again(tag: str) -> None:
    answer = call("GET", header(created(), "location"), headers={"If-None-Match": tag})
    assert (answer.status, answer.body) == (304, b"")
    assert header(answer, "etag") == '"1"'


def test_what_is_only_believed_to_be_known_is_sent() -> None:
    answer = call("GET", header(created(), "location"), headers={"If-None-Match": '"2", nonsense'})
    assert answer.status == 200


def test_head_is_answered_like_get() -> None:
    place = header(created(), "location")
    assert call("HEAD", place).headers == call("GET", place).headers


def test_a_note_is_replaced() -> None:
    place = header(created(tags=["home"]), "location")
    answer = call("PUT", place, {"text": "Sold them."}, headers={"If-Match": '"1"'})
    assert answer.status == 200
    assert (read(answer)["text"], read(answer)["tags"]) == ("Sold them.", [])
    assert read(answer)["updated"] > read(answer)["created"]
    assert header(answer, "etag") == '"2"'
    assert hops(answer) == ["change", "return_connection"]
    assert read(call("GET", place)) == read(answer)


@pytest.mark.parametrize("kind", ["application/json", "application/merge-patch+json"])
def test_a_note_is_patched(kind: str) -> None:
    place = header(created(tags=["home"]), "location")
    answer = call("PATCH", place, {"text": "Sold them."}, headers={"Content-Type": kind})
    assert (read(answer)["text"], read(answer)["tags"]) == ("Sold them.", ["home"])
    answer = call("PATCH", place, {"tags": []})
    assert (read(answer)["text"], read(answer)["tags"]) == ("Sold them.", [])
    assert header(answer, "etag") == '"3"'


def test_an_empty_patch_changes_nothing() -> None:
    first = created()
    answer = call("PATCH", header(first, "location"), {})
    assert read(answer) == read(first)
    assert header(answer, "etag") == '"1"'


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("tag", ['"2"', 'W/"1"', "nonsense"])
def test_a_lost_update_is_refused(method: str, tag: str) -> None:
    first = created()
    content = None if method == "DELETE" else {"text": "Mine."}
    answer = call(method, header(first, "location"), content, headers={"If-Match": tag})
    assert answer.status == 412
    assert read(answer)["title"] == "Precondition Failed"
    assert read(call("GET", header(first, "location"))) == read(first)


def test_of_two_writers_at_once_one_is_told() -> None:
    place = header(created(), "location")

    async def main() -> list[Answer]:
        handler = AsyncHandler()
        return await asyncio.gather(
            *(
                acall(handler, "PUT", place, {"text": text}, headers={"If-Match": '"1"'})
                for text in ("one", "two")
            )
        )

    answers = asyncio.run(main())
    assert sorted(answer.status for answer in answers) == [200, 412]
    winner = next(answer for answer in answers if answer.status == 200)
    assert read(call("GET", place)) == read(winner)


def test_a_note_is_deleted_and_stays_so() -> None:
    place = header(created(), "location")
    answer = call("DELETE", place, headers={"If-Match": "*"})
    assert (answer.status, answer.body) == (204, b"")
    assert hops(answer) == ["delete", "return_connection"]
    assert call("DELETE", place).status == 204
    assert call("GET", place).status == 404
    assert call("PUT", place, {"text": "x"}).status == 404


def test_another_tenant_sees_nothing() -> None:
    place = header(created(), "location")
    other = {"customer": "other"}
    unknown = f"/api/notes/{uuid4()}"
    for method, content in [("GET", None), ("PUT", {"text": "x"}), ("PATCH", {"text": "x"})]:
        answer = call(method, place, content, **other)
        assert answer.status == 404
        assert read(answer) == read(call(method, unknown, content, **other))
    assert call("DELETE", place, **other).status == 204  # as for one that never was
    assert read(call("GET", "/api/notes", **other)) == {"items": [], "next": None}
    assert Note.objects.get().text == "Water the plants."


@pytest.mark.parametrize("note_id", ["x", "1", "%00%ff", "0" * 33, "../notes/x"])
def test_an_id_that_is_none_is_404(note_id: str) -> None:
    for method in ("GET", "DELETE"):
        answer = call(method, f"/api/notes/{note_id}")
        assert answer.status == 404
        assert header(answer, "content-type") == "application/problem+json"
        assert not answer.scope["hops"]


def test_scopes_are_asked_for() -> None:
    assert call("GET", "/api/notes", scopes="notes:read").status == 200
    refused = call("POST", "/api/notes", {"text": "x"}, scopes="notes:read")
    assert refused.status == 403
    assert call("GET", "/api/notes", scopes="notes:write").status == 403
    assert not refused.scope["hops"]
