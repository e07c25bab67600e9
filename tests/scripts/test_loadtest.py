"""`make loadtest` beside `make run`: a token and metrics of this machine, by themselves."""

import os
from typing import Any

import jwt
import pytest

from scripts import loadtest


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The environments of the commands that took this process' place."""
    seen: list[dict[str, str]] = []

    def execve(_path: str, _arguments: Any, env: dict[str, str]) -> None:
        seen.append(env)
        raise SystemExit

    monkeypatch.setattr(os, "execve", execve)
    for name in ("TARGET", "TOKEN", "METRICS", "PORT", "METRICS_PORT"):
        monkeypatch.delenv(name, raising=False)
    return seen


def run() -> None:
    with pytest.raises(SystemExit):
        loadtest.main([])


def test_on_this_machine(become: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    run()
    assert become[0]["TARGET"] == "http://localhost:8123"
    assert become[0]["METRICS"] == "http://localhost:9464/metrics"
    claims = jwt.decode(become[0]["TOKEN"], options={"verify_signature": False})
    assert claims["scope"] == "notes:read notes:write"


def test_elsewhere(become: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARGET", "https://service.example")
    run()
    assert "TOKEN" not in become[0]
    assert "METRICS" not in become[0]


def test_where_the_keys_are_others(
    become: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTH_SECRET", "")
    monkeypatch.setenv("AUTH_JWKS", "https://idp.example/keys")
    run()
    assert "TOKEN" not in become[0]


def test_a_token_of_ones_own(become: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "mine")
    run()
    assert become[0]["TOKEN"] == "mine"
