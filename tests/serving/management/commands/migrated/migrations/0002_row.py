"""One row for each time that this runs, slowly enough that another process would meet it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("migrated", "0001_table"),)
    operations = (migrations.RunSQL("INSERT INTO marks DEFAULT VALUES; SELECT pg_sleep(0.3)"),)
