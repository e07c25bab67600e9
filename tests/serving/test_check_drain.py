"""A drain that the kubelet would cut is a warning at home and an error in production."""

import pytest
from django.core.checks import CheckMessage
from django.test import override_settings
from pytest_django import Settings

from app.serving.check_drain import check_drain, check_drain_deployed


def checked(drain: int, grace: int) -> list[CheckMessage]:
    with override_settings(DRAIN_SECONDS=drain, GRACE_SECONDS=grace):
        return check_drain() + check_drain_deployed()


def test_the_shipped_times_fit() -> None:
    assert check_drain() + check_drain_deployed() == []


def test_the_whole_of_a_drain_counts() -> None:
    assert checked(23, 30) == []
    warning, error = checked(24, 30)
    assert (warning.id, warning.level) == ("serving.W011", 30)
    assert (error.id, error.level) == ("serving.E007", 40)
    assert warning.msg == error.msg
    assert "DRAIN_SECONDS=24 makes a drain of up to 31 s; at GRACE_SECONDS=30" in warning.msg


@pytest.mark.parametrize("missing", ["DRAIN_SECONDS", "GRACE_SECONDS"])
def test_a_project_that_does_not_say_how_long_it_has(settings: Settings, missing: str) -> None:
    settings.DRAIN_SECONDS, settings.GRACE_SECONDS = 60, 30
    assert check_drain()
    delattr(settings, missing)
    assert check_drain() == []
