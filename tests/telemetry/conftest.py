"""What several tests of telemetry watch."""

import pytest

from app.telemetry.http_metrics import Finished


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Finished]:
    """The requests that would be counted, in their order."""
    seen: list[Finished] = []
    monkeypatch.setattr("app.telemetry.ended.observe", lambda request, _steps: seen.append(request))
    return seen
