"""The table of notes."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import CheckConstraint, Q

from app.notes.models import new_note_id


class Migration(migrations.Migration):
    """Creates it."""

    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations = (
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=new_note_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("owner", models.CharField(max_length=255)),
                ("text", models.CharField(max_length=10_000)),
                (
                    "tags",
                    ArrayField(base_field=models.CharField(max_length=50), default=list, size=20),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("updated", models.DateTimeField(auto_now=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner", "-id"], name="note_of_owner"),
                    GinIndex(fields=["tags"], name="note_tags"),
                ],
                "constraints": [
                    CheckConstraint(condition=~Q(owner=""), name="note_owner_given"),
                    CheckConstraint(condition=~Q(text=""), name="note_text_given"),
                    CheckConstraint(condition=~Q(tags__contains=[""]), name="note_tags_given"),
                    CheckConstraint(condition=Q(tags__len__lte=20), name="note_tags_few"),
                ],
            },
        ),
    )
