"""Settings of a database that asynchronous views cannot live with."""

from typing import Any

import pytest
from django.conf import settings
from django.core.checks import CheckMessage

from app.serving.check_databases import check_atomic_requests, check_lasting_connections


def checked(**database: Any) -> list[CheckMessage]:
    databases = {"default": {}, "second": database}
    with pytest.MonkeyPatch.context() as patch:  # override_settings warns: connections are open
        patch.setattr(settings, "DATABASES", databases)
        return check_atomic_requests() + check_lasting_connections()


def test_the_shipped_database_is_silent() -> None:
    assert check_atomic_requests() + check_lasting_connections() == []


def test_atomic_requests_break_every_async_view() -> None:
    (message,) = checked(ATOMIC_REQUESTS=True)
    assert (message.id, message.level) == ("serving.E003", 40)
    assert "DATABASES['second']" in message.msg
    assert checked(ATOMIC_REQUESTS=False) == []


@pytest.mark.parametrize("age", [60, None])
def test_connections_that_last_are_left_open(age: int | None) -> None:
    (message,) = checked(CONN_MAX_AGE=age)
    assert (message.id, message.level) == ("serving.E004", 40)
    assert f"CONN_MAX_AGE of DATABASES['second'] is {age}" in message.msg
    assert checked(CONN_MAX_AGE=0) == []
