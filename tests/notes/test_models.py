"""The database keeps the bounds by itself, whoever writes."""

from typing import Any

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from app.notes.models import Note

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"owner": ""}, "note_owner_given"),
        ({"text": ""}, "note_text_given"),
        ({"tags": ["a", ""]}, "note_tags_given"),
        ({"tags": [str(number) for number in range(21)]}, "note_tags_few"),
        ({"text": None}, "null value"),
        ({"version": -1}, "version_check"),
    ],
)
def test_a_constraint_refuses(fields: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        Note.objects.create(**({"owner": "acme", "text": "x"} | fields))


@pytest.mark.parametrize("value", ["text = repeat('x', 10001)", "tags = ARRAY[repeat('x', 51)]"])
def test_a_type_refuses(value: str) -> None:
    Note.objects.create(owner="acme", text="x")
    with pytest.raises(DataError, match="too long"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE notes_note SET {value}")  # noqa: S608 - our own two values


def test_what_is_at_the_bounds_is_kept() -> None:
    tags = ["ä" * 49 + str(number % 10) for number in range(20)]
    note = Note.objects.create(owner="x" * 255, text="😀" * 10_000, tags=tags)
    assert str(note) == str(note.id)
    note.refresh_from_db()
    assert (note.text, note.tags, note.version) == ("😀" * 10_000, tags, 1)


def test_ids_sort_by_time() -> None:
    notes = [Note(owner="acme", text="x") for _ in range(100)]
    ids = [note.id for note in notes]
    assert {each.version for each in ids} == {7}
    assert [each.int >> 80 for each in ids] == sorted(each.int >> 80 for each in ids)


def test_no_migration_is_missing() -> None:
    state = MigrationLoader(None).project_state()
    changes = MigrationAutodetector(state, ProjectState.from_apps(apps)).changes(
        graph=MigrationLoader(None).graph
    )
    assert changes == {}
