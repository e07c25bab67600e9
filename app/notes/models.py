"""The note in the database, which keeps the same bounds as the schemas."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from app.telemetry.request_id import new_id

TEXT_LENGTH = 10_000
TAG_LENGTH = 50
TAG_COUNT = 20


def new_note_id() -> UUID:
    """A UUIDv7: sorts by time, and PostgreSQL before 18 makes none."""
    return UUID(new_id())


class Note(models.Model):
    """A text with tags, of one tenant. `version` counts its changes."""

    id = models.UUIDField(primary_key=True, default=new_note_id, editable=False)
    owner = models.CharField(max_length=255)
    text = models.CharField(max_length=TEXT_LENGTH)
    tags = ArrayField(models.CharField(max_length=TAG_LENGTH), size=TAG_COUNT, default=list)
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (
            models.Index(fields=["owner", "-id"], name="note_of_owner"),
            GinIndex(fields=["tags"], name="note_tags"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(owner=""), name="note_owner_given"),
            models.CheckConstraint(condition=~Q(text=""), name="note_text_given"),
            models.CheckConstraint(condition=~Q(tags__contains=[""]), name="note_tags_given"),
            # PostgreSQL ignores the size that the type of an array names.
            models.CheckConstraint(condition=Q(tags__len__lte=TAG_COUNT), name="note_tags_few"),
        )

    def __str__(self) -> str:
        return str(self.id)
