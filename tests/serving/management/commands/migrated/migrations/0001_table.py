"""A table."""

from django.db import migrations


class Migration(migrations.Migration):
    operations = (migrations.RunSQL("CREATE TABLE marks (number serial)"),)
