import asyncio
from typing import Any

import pytest
from django.contrib.sessions.backends import signed_cookies
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.cache import SessionStore
from django.http import HttpRequest

from app.serving.middleware.store import AwaitedStore, Wanted, awaited, with_session

Store = awaited(SessionStore)
NOBODYS = "nobodys0session0key0nobodys0sess"


def saved(**items: Any) -> str:
    session = SessionStore()
    session.update(items)
    session.save()
    assert session.session_key
    return session.session_key


def test_signatures_are_the_backends_own() -> None:
    ours, djangos = Store(), SessionStore()
    assert ours.key_salt == djangos.key_salt
    assert djangos.decode(ours.encode({"a": 1})) == {"a": 1}
    assert isinstance(ours, SessionStore)
    assert awaited(SessionStore) is Store


def test_what_is_loaded_ahead_is_unseen_until_it_is_read() -> None:
    async def run() -> None:
        session = Store(saved(a=1))
        await session.load_ahead()
        assert (session.accessed, hasattr(session, "_session_cache")) == (False, False)
        assert session["a"] == 1
        assert (session.accessed, session.modified) == (True, False)

    asyncio.run(run())


def test_an_asynchronous_reader_takes_what_is_loaded_ahead() -> None:
    async def run() -> None:
        session = Store(saved(a=1))
        await session.load_ahead()
        assert session.session_key
        await session.adelete()
        assert await session.aget("a") == 1

    asyncio.run(run())


def test_a_key_without_a_session_stays_until_it_is_read() -> None:
    async def run() -> None:
        session = Store(NOBODYS)
        await session.load_ahead()
        session.modified = True
        assert (session.session_key, session.is_empty()) == (
            NOBODYS,
            False,
        )
        assert session.get("a") is None
        assert (session.session_key, session.modified) == (None, True)

    asyncio.run(run())


def test_a_session_that_its_load_has_mended_is_saved() -> None:
    async def run() -> None:
        session = awaited(signed_cookies.SessionStore)("tampered:with:it")
        await session.load_ahead()
        assert not session.modified
        assert session.get("a") is None
        assert session.modified

    asyncio.run(run())


@pytest.mark.parametrize("key", [None, "loaded"])
def test_nothing_is_loaded_ahead_without_need(key: str | None) -> None:
    async def run() -> None:
        session = Store(key and saved(a=1))
        await session.aget("a")
        await session.load_ahead()
        await session.load_ahead()
        assert session._ahead is None

    asyncio.run(run())


def test_a_hook_reads_and_saves_what_is_awaited_for_it() -> None:
    async def run() -> None:
        key = saved(a=1)
        session, runs = Store(key), []

        def hook(argument: str) -> str:
            runs.append(argument)
            session["b"] = session["a"] + 1
            session.save()
            session.save()
            return "done"

        assert await session.serve(hook, "argument") == "done"
        assert runs == ["argument"] * 3  # wanted: the load, the save
        assert dict(SessionStore(key).items()) == {"a": 1, "b": 2}
        session._awaiting = True
        with pytest.raises(Wanted):  # the next hook's save is another
            session.save()

    asyncio.run(run())


def test_a_hook_is_told_that_the_session_is_gone() -> None:
    async def run() -> None:
        session = Store(saved(a=1))

        def hook() -> None:
            session["a"] = 2
            SessionStore().delete(session.session_key)
            session.save()

        with pytest.raises(UpdateError):
            await session.serve(hook)

    asyncio.run(run())


def test_outside_of_hooks_it_is_the_backend() -> None:
    session = Store(saved(a=1))
    session["b"] = session["a"]
    session.save()
    assert SessionStore(session.session_key)["b"] == 1


def test_a_request_without_a_session() -> None:
    assert asyncio.run(with_session(HttpRequest(), str.upper, "hook")) == "HOOK"


def test_of_which_class_it_is() -> None:
    assert issubclass(Store, AwaitedStore)
    assert (Store.__qualname__, Store.__module__) == ("SessionStore", SessionStore.__module__)
