"""The keys of a provider: kept, kept fresh, and fetched once for all who wait."""

import asyncio

import pytest

from app.identity.denied import KeysUnavailable
from app.identity.published_keys import PublishedKeys
from tests.identity.publisher import Provider, request


async def known(keys: PublishedKeys, kid: str | None) -> bool:
    return await keys.find(kid) is not None


def test_known_keys_cost_no_fetch() -> None:
    async def main() -> None:
        provider = Provider("a", "b")
        keys = provider.keys(pause=0)
        async with keys.open():
            assert [await known(keys, kid) for kid in ("a", "b", "a")] == [True] * 3
            assert not await known(keys, None)
            assert provider.asked.qsize() == 1
        assert provider.closed

    asyncio.run(main())


def test_a_new_key_is_fetched_once_for_all_who_wait() -> None:
    async def main() -> None:
        provider = Provider("old")
        keys = provider.keys(pause=0)
        async with keys.open():
            provider.publish("new")
            provider.gate.clear()
            request.set("of a request")
            waiting = [asyncio.create_task(known(keys, "new")) for _ in range(50)]
            await provider.asked.get()
            # The one that asked first goes; the others still get what it asked for.
            assert await provider.asked.get() == ""
            waiting.pop(0).cancel()
            provider.gate.set()
            assert await asyncio.gather(*waiting) == [True] * 49
            assert provider.asked.empty()
            # What is published no more is not known any more.
            assert not await known(keys, "old")

    asyncio.run(main())


def test_unknown_keys_cost_one_fetch_in_each_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        now = 0.0
        monkeypatch.setattr("time.monotonic", lambda: now)
        provider = Provider("a")
        keys = provider.keys(pause=30)
        async with keys.open():
            for now, fetches in [(29.0, 1), (30.0, 2), (59.0, 2), (60.0, 3)]:  # noqa: B007 - read by the clock
                for kid in ("x", "y"):
                    assert not await known(keys, kid)
                assert provider.asked.qsize() == fetches

    asyncio.run(main())


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (OSError("no route"), "no route"),
        (RuntimeError(), "RuntimeError"),
        (b"<html>", "it is not JSON"),
        (b'{"keys": []}', "no public key in it"),
    ],
)
def test_known_keys_hold_while_the_provider_is_gone(
    answer: bytes | Exception, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        provider = Provider("a")
        keys = provider.keys(pause=0)
        async with keys.open():
            provider.answer = answer
            assert not await known(keys, "x")
            assert await known(keys, "a")

    asyncio.run(main())
    assert why in caplog.text
    assert caplog.messages[0].endswith("; 1 known keys hold")


def test_the_start_does_not_need_the_provider(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        provider = Provider("a")
        provider.answer = OSError("no route")
        keys = provider.keys(pause=29.5)
        async with keys.open():
            for kid in ("a", None):
                with pytest.raises(KeysUnavailable) as caught:
                    await keys.find(kid)
                assert caught.value.headers == {"Retry-After": "30"}
            assert provider.asked.qsize() == 1

    asyncio.run(main())
    assert caplog.messages[0].endswith("no route; there are none yet")


def test_a_provider_that_hangs_is_left_after_the_limit(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        provider = Provider("a")
        provider.gate.clear()
        keys = provider.keys(limit=0.001)
        async with keys.open():
            with pytest.raises(KeysUnavailable):
                await keys.find("a")

    asyncio.run(main())
    assert "TimeoutError" in caplog.text


def test_keys_are_refreshed_before_anybody_asks() -> None:
    async def main() -> None:
        provider = Provider("old")
        keys = provider.keys(refresh=0.001)
        async with keys.open():
            provider.publish("new")
            for _ in range(3):
                await provider.asked.get()
            # A pause of 1,000 s: no request could have fetched it.
            assert await known(keys, "new")

    asyncio.run(main())


def test_after_a_failure_the_next_try_comes_sooner() -> None:
    async def main() -> None:
        provider = Provider("a")
        provider.answer = OSError()
        keys = provider.keys(pause=0.001)
        async with keys.open():
            await provider.asked.get()
            await provider.asked.get()
            provider.publish("a")
            await provider.asked.get()
            assert await known(keys, "a")

    asyncio.run(main())


def test_closing_ends_a_fetch_that_runs() -> None:
    async def main() -> None:
        provider = Provider("a")
        keys = provider.keys(pause=0)
        async with keys.open():
            await provider.asked.get()
            provider.gate.clear()
            waiting = asyncio.create_task(known(keys, "x"))
            await provider.asked.get()
        assert not await waiting
        assert len(asyncio.all_tasks()) == 1
        with pytest.raises(RuntimeError, match=r"identity\.open"):
            await keys.find("a")

    asyncio.run(main())


def test_a_start_that_is_given_up_leaves_nothing_behind() -> None:
    async def main() -> None:
        provider = Provider("a")
        provider.gate.clear()
        keys = provider.keys()
        opening = asyncio.create_task(keys.open().__aenter__())
        await provider.asked.get()
        opening.cancel()
        await asyncio.wait({opening})
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
