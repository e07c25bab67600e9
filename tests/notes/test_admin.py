"""Notes in the admin change as they do through the API."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from app.notes.models import Note
from tests.serving import stacks

pytestmark = pytest.mark.django_db


@pytest.fixture
def note_admin() -> Iterator[Any]:
    """The NoteAdmin; whoever asks may do everything."""
    with stacks.installed("django.contrib.admin", "app.notes"):
        from django.contrib.admin.sites import AdminSite  # noqa: PLC0415 - installed by the test

        from app.notes.admin import NoteAdmin  # noqa: PLC0415

        yield NoteAdmin(Note, AdminSite())


def request() -> HttpRequest:
    asked = RequestFactory().post("/")
    asked.user = SimpleNamespace(has_perm=lambda _permission: True)  # type: ignore[assignment] # all that is asked of one
    return asked


def form(note_admin: Any, note: Note | None = None, **sent: str) -> Any:
    """A form as somebody sent it."""
    found = note_admin.get_form(request(), note)(sent, instance=note)
    assert found.is_valid(), found.errors
    return found


def saved(note_admin: Any, note: Note | None = None, **sent: str) -> Note:
    filled = form(note_admin, note, **sent)
    obj: Note = filled.save(commit=False)
    note_admin.save_model(request(), obj, filled, change=note is not None)
    return Note.objects.get(id=obj.id)


def test_a_note_may_be_without_tags(note_admin: Any) -> None:
    note = saved(note_admin, owner="acme", text="a", tags="")
    assert (note.owner, note.text, note.tags, note.version) == ("acme", "a", [], 1)
    assert saved(note_admin, owner="acme", text="b", tags="x,y").tags == ["x", "y"]


def test_the_version_counts_on_and_what_nobody_changed_is_not_written(note_admin: Any) -> None:
    note = Note.objects.create(owner="acme", text="a", tags=["x"])
    meanwhile = Note.objects.get(id=note.id)
    meanwhile.tags, meanwhile.version = ["y"], 2
    meanwhile.save()
    sent = {"owner": "acme", "text": "b", "tags": "x", "initial-tags": "x"}  # as the page has it
    changed = saved(note_admin, note, **sent)
    assert (changed.text, changed.tags, changed.version) == ("b", ["y"], 3)
    assert changed.updated > meanwhile.updated


def test_what_the_service_counts_is_only_read(note_admin: Any) -> None:
    assert list(form(note_admin, owner="a", text="a", tags="").fields) == ["owner", "text", "tags"]
    assert note_admin.check() == []


def test_the_list_shows_where_a_text_begins(note_admin: Any) -> None:
    assert note_admin.excerpt(Note(text="x" * 61)) == "x" * 60
