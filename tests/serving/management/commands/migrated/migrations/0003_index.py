"""What waits for every session that has a snapshot open, and then what a test wants."""

import os

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = (("migrated", "0002_row"),)
    operations = (
        migrations.RunSQL("CREATE INDEX CONCURRENTLY IF NOT EXISTS marked ON marks (number)"),
        migrations.RunSQL(os.environ.get("MIGRATION_SQL", "SELECT 1")),
    )
