"""The question's own view."""

import asyncio
import json

import pytest

from app.serving.handler import AsyncHandler
from tests.api.conftest import Get, read
from tests.client import ask


def test_sleeps_a_second_on_the_loop(monkeypatch: pytest.MonkeyPatch, get: Get) -> None:
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("app.api.sleeper.asyncio.sleep", sleep)
    answer = get("/api/async_sleep/")
    assert answer.status == 200
    assert read(answer) == {"mode": "async", "time": 1}
    assert slept == [1]


def test_a_thousand_sleep_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        handler, all_asleep = AsyncHandler(), asyncio.Barrier(1000)
        monkeypatch.setattr("app.api.sleeper.asyncio.sleep", lambda _: all_asleep.wait())
        answers = await asyncio.gather(*(ask(handler, "/api/async_sleep/") for _ in range(1000)))
        assert {json.loads(answer.body)["mode"] for answer in answers} == {"async"}
        assert all("hops" not in answer.scope or not answer.scope["hops"] for answer in answers)

    asyncio.run(asyncio.wait_for(main(), 60))
