"""One key, or none."""

import asyncio

import pytest

from app.identity.keys import OneKey, shared_secret


def test_one_key_is_for_all_tokens(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        key = shared_secret("for-tests-" * 6)
        assert key.algorithm_name == "HS256"
        keys = OneKey(key)
        async with keys.open():
            assert await keys.find(None) is await keys.find("any") is key

    asyncio.run(main())
    assert not caplog.records


def test_no_key_is_said_at_the_start(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with OneKey(None).open():
            assert await OneKey(None).find("any") is None

    asyncio.run(main())
    assert caplog.messages == ["AUTH_JWKS is not set: every token is refused"]
