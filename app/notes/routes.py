"""The operations on notes."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import P, QueryEx, Router

from app.api import idempotency
from app.api.authentication import Bearer, customer_of
from app.api.etags import etag_of, if_match, not_modified
from app.api.headers import ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION
from app.api.openapi import errors
from app.api.paging import cursor_after, position
from app.api.refused import Refused
from app.notes import store
from app.notes.models import TAG_LENGTH, Note
from app.notes.schemas import NO_NUL, NoteIn, NoteOut, NotePatch, Page

JSON = "application/json"
READ, WRITE = Bearer("notes:read"), Bearer("notes:write")
router = Router(tags=["notes"])


def answer(note: Note, status: int = 200) -> HttpResponse:
    """A note with its ETag."""
    body = NoteOut.model_validate(note).model_dump_json().encode()
    headers = {"ETag": etag_of(note.version)}
    return HttpResponse(body, status=status, headers=headers, content_type=JSON)


def created(note: Note) -> HttpResponse:
    """A new note with its address."""
    response = answer(note, 201)
    response["Location"] = reverse("api:read_note", args=[note.id])
    return response


def unknown() -> Refused:
    """Another tenant's note is as unknown as one that never was."""
    return Refused(404, "There is no such note.")


@router.post(
    "",
    auth=WRITE,
    response={201: NoteOut},
    openapi_extra={"responses": {201: {"headers": ETAG | LOCATION}}},
)
async def create_note(
    request: HttpRequest, note: NoteIn, idempotency_key: idempotency.Header = None
) -> HttpResponse:
    """Write a new note."""
    owner, fields = customer_of(request), note.model_dump()
    if idempotency_key is None:
        return created(await store.create(owner, fields))
    return await idempotency.once(
        idempotency.Key(owner, "create_note", idempotency_key),
        note.model_dump_json(),
        lambda: created(store.create_now(owner, fields)),
    )


NEXT_PAGE = {"operationId": "list_notes", "parameters": {"cursor": "$response.body#/next"}}


@router.get(
    "",
    auth=READ,
    response=Page,
    openapi_extra={"responses": {200: {"links": {"next": NEXT_PAGE}}}},
)
async def list_notes(
    request: HttpRequest,
    limit: QueryEx[int, P(ge=1, le=100, description="The most of a page.")] = 20,
    cursor: QueryEx[str | None, P(max_length=200, description="`next` of a page.")] = None,
    tag: QueryEx[str | None, P(min_length=1, max_length=TAG_LENGTH, pattern=NO_NUL)] = None,
) -> HttpResponse:
    """List notes, the newest first, all or those with a tag."""
    owner = customer_of(request)
    after = None if cursor is None else position(cursor, owner)
    notes = await store.page_of(owner, limit + 1, after, tag)
    more = len(notes) > limit
    page = Page(
        items=[NoteOut.model_validate(note) for note in notes[:limit]],
        next=cursor_after(notes[limit - 1].id, owner) if more else None,
    )
    return HttpResponse(page.model_dump_json().encode(), content_type=JSON)


@router.get(
    "/{uuid:note_id}",
    auth=READ,
    response={200: NoteOut, 304: None},
    openapi_extra={
        "parameters": [IF_NONE_MATCH],
        "responses": {200: {"headers": ETAG}, **errors(404)},
    },
)
async def read_note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Read a note."""
    try:
        note = await store.read(customer_of(request), note_id)
    except Note.DoesNotExist:
        raise unknown() from None
    return not_modified(request, note.version) or answer(note)


CHANGED: dict[str, Any] = {
    "parameters": [IF_MATCH],
    "responses": {200: {"headers": ETAG}, **errors(404, 412)},
}


async def changed(request: HttpRequest, note_id: UUID, fields: dict[str, Any]) -> HttpResponse:
    """The note with these fields."""
    try:
        note = await store.change(customer_of(request), note_id, fields, if_match(request))
    except Note.DoesNotExist:
        raise unknown() from None
    return answer(note)


@router.put("/{uuid:note_id}", auth=WRITE, response={200: NoteOut}, openapi_extra=CHANGED)
async def replace_note(request: HttpRequest, note_id: UUID, note: NoteIn) -> HttpResponse:
    """Write a note anew; without `tags` it has none."""
    return await changed(request, note_id, note.model_dump())


@router.patch("/{uuid:note_id}", auth=WRITE, response={200: NoteOut}, openapi_extra=CHANGED)
async def change_note(request: HttpRequest, note_id: UUID, note: NotePatch) -> HttpResponse:
    """Change what is named of a note."""
    return await changed(request, note_id, note.changes())


@router.delete(
    "/{uuid:note_id}",
    auth=WRITE,
    response={204: None},
    openapi_extra={"parameters": [IF_MATCH], "responses": errors(404, 412)},
)
async def delete_note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Delete a note; 204 also when there is none."""
    await store.delete(customer_of(request), note_id, if_match(request))
    return HttpResponse(status=204)
