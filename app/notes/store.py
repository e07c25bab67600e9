"""Notes in the database, each function one trip to the request's thread: one hop.

Django has no asynchronous transaction. What belongs together is one synchronous function, which
`sync_to_async` runs in that thread, and whose name the hop has.
"""

from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import transaction

from app.api.etags import lost_update, matches
from app.notes.models import Note


async def page_of(owner: str, limit: int, after: UUID | None, tag: str | None) -> list[Note]:
    """Up to `limit` notes behind `after`, the newest first."""
    notes = Note.objects.filter(owner=owner).order_by("-id")
    if after is not None:
        notes = notes.filter(id__lt=after)
    if tag is not None:
        notes = notes.filter(tags__contains=[tag])
    return [note async for note in notes[:limit]]


async def read(owner: str, note_id: UUID) -> Note:
    """The note; Note.DoesNotExist when this owner has none of that id."""
    return await Note.objects.aget(owner=owner, id=note_id)


def create_now(owner: str, fields: dict[str, Any]) -> Note:
    """A new note, for what runs in the request's thread already."""
    return Note.objects.create(owner=owner, **fields)


create = sync_to_async(create_now)


@sync_to_async
@transaction.atomic
def change(owner: str, note_id: UUID, fields: dict[str, Any], tags: list[str] | None) -> Note:
    """The note with `fields` changed; Refused (412) when it is at none of the entity `tags`."""
    note = Note.objects.select_for_update().get(owner=owner, id=note_id)
    if not matches(note.version, tags):
        raise lost_update()
    if fields:
        for name, value in fields.items():
            setattr(note, name, value)
        note.version += 1
        note.save(update_fields=[*fields, "version", "updated"])
    return note


@sync_to_async
@transaction.atomic
def delete(owner: str, note_id: UUID, tags: list[str] | None) -> None:
    """No such note any more, whether there was one or not; Refused (412) as with `change`."""
    note = Note.objects.select_for_update().filter(owner=owner, id=note_id).first()
    if note is not None:
        if not matches(note.version, tags):
            raise lost_update()
        note.delete()
