"""DEBUG is for one process on one machine."""

from django.test import override_settings

from app.serving.check_debug import check_debug, check_debug_deployed


def test_the_shipped_settings_do_not_debug() -> None:
    assert check_debug() + check_debug_deployed() == []


def test_several_workers_are_no_development() -> None:
    with override_settings(DEBUG=True, WEB_CONCURRENCY=1):
        assert check_debug() == []
    with override_settings(DEBUG=True, WEB_CONCURRENCY=2):
        (message,) = check_debug()
    assert (message.id, message.level) == ("serving.W009", 30)
    assert message.msg.startswith("DEBUG with 2 workers: ")


def test_in_production_it_is_an_error() -> None:
    with override_settings(DEBUG=True):
        (message,) = check_debug_deployed()
    assert (message.id, message.level) == ("serving.E006", 40)
