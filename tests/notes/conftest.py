"""Callers whom the API believes."""

import pytest

from app.api.authentication import authenticator
from tests.callers import believe


@pytest.fixture(autouse=True)
def _callers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticator, "authenticate", believe)
