"""Nobody is believed because anybody may be."""

import pytest
from django.core.checks import CheckMessage
from django.test import override_settings

from app.serving.check_proxies import check_proxies


def checked(networks: list[str] | str) -> list[CheckMessage]:
    with override_settings(FORWARDED_ALLOW_IPS=networks):
        return check_proxies()


def test_the_shipped_proxies_are_this_machine() -> None:
    assert check_proxies() == []


@pytest.mark.parametrize("network", ["*", "0.0.0.0/0", "::/0", "10.0.0.0/0"])
def test_everybody(network: str) -> None:
    (message,) = checked(["127.0.0.1", network])
    assert (message.id, message.level) == ("serving.E005", 40)
    assert message.msg.startswith(f"FORWARDED_ALLOW_IPS has '{network}'")
    assert checked(f"127.0.0.1, {network}") == [message]


def test_the_variable_that_uvicorn_reads_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    assert [each.id for each in checked(["127.0.0.1"])] == ["serving.E005"]
    assert [each.id for each in checked(["*"])] == ["serving.E005"]


def test_some() -> None:
    assert checked(["10.0.0.0/8", "fd00::/8", "ingress", "127.0.0.1"]) == []
    assert checked([]) == checked("") == []
