"""Static files for the admin, and a database for all."""

import pytest

from scripts.prepare import before_serving


@pytest.mark.parametrize("on", ["true", "1", "YES"])
def test_what_the_admin_needs_is_collected_first(on: str) -> None:
    assert before_serving({"ADMIN": on}) == [["collectstatic", "--noinput"], ["migrate_safely"]]


@pytest.mark.parametrize("off", ["", "false", "maybe"])
def test_without_the_admin_nothing_is_collected(off: str) -> None:
    assert before_serving({"ADMIN": off}) == before_serving({}) == [["migrate_safely"]]
