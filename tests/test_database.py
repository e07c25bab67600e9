import pytest
from django.db import connection


@pytest.mark.django_db
def test_tests_run_on_a_real_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("test_postgres", "30s")
