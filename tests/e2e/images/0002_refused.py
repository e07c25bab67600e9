"""A migration that fails as they do: by what PostgreSQL says of its SQL."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notes", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL("SELECT no_such_column FROM notes_note")]
