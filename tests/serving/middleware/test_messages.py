import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.test import override_settings

from tests.serving.middleware.both import Step, alike, walk
from tests.serving.stacks import ANSWER, ON_LOOP

NOBODYS = {"sessionid": "nobodys0session0key0nobodys0sess"}
FEW = "/messages/add/?count=2&size=5"
MANY = "/messages/add/?count=5&size=400"


def conversation(read: str) -> list[Step]:
    """Few messages and more than a cookie holds, read at `read`."""
    return [
        Step(FEW),
        Step("/hello/"),
        Step(read),
        Step(read),
        Step(MANY),
        Step("/hello/"),
        Step("/messages/add/?count=1&size=5"),
        Step(read),
        Step(MANY),
        Step("/session/get/"),
        Step(read, cookies={"messages": "tampered"}),
        Step(MANY, cookies=NOBODYS),
        Step(read, cookies=NOBODYS),
        Step("/session/set/?a=1"),
        Step(MANY),
        Step("/hello/", cookies=NOBODYS),
    ]


class OwnStorage(SessionStorage):
    """A storage of the project's own."""


COOKIE = "django.contrib.messages.storage.cookie.CookieStorage"
STORAGES = [
    COOKIE,
    "django.contrib.messages.storage.fallback.FallbackStorage",
    "django.contrib.messages.storage.session.SessionStorage",
    f"{__name__}.OwnStorage",
    f"{__name__}.Cookies",
]


class Cookies(FallbackStorage):
    storage_classes = (CookieStorage,)


@pytest.mark.parametrize("read", ["/messages/read/", "/sync/messages/read/"])
@pytest.mark.parametrize("storage", STORAGES)
def test_messages_in_cookie_and_session(storage: str, read: str) -> None:
    with override_settings(MESSAGE_STORAGE=storage):
        answers = alike(ANSWER, ON_LOOP, *conversation(read))
    assert all(answer.status == 200 for answer in answers)
    assert answers[2].body.count(b"message") == 2
    assert answers[3].body == b"[]"
    all_kept = answers[7].body.count(b"message") == 6
    assert all_kept is ("Cookie" not in storage)


@pytest.mark.parametrize("engine", ["db", "cached_db"])
def test_messages_that_overflow_into_a_stored_session(tables: None, engine: str) -> None:
    """An asynchronous view reads what Django's own would answer with SynchronousOnlyOperation."""
    with override_settings(SESSION_ENGINE=f"django.contrib.sessions.backends.{engine}"):
        stock = alike(ANSWER, ON_LOOP, *conversation("/sync/messages/read/"))
        ours = walk(ON_LOOP, conversation("/messages/read/"))
    assert ours == stock
    assert ours[7].body.count(b"message") == 6


def test_no_session_at_all() -> None:
    with override_settings(MESSAGE_STORAGE=COOKIE):
        answers = alike(
            ["django.contrib.messages.middleware.MessageMiddleware"],
            ["app.serving.middleware.messages.MessageMiddleware"],
            Step("/messages/add/?count=2&size=5"),
            Step("/messages/read/"),
        )
    assert answers[1].body.count(b"message") == 2


def test_the_session_of_another_middleware(tables: None) -> None:
    """Django's own session cannot be awaited for its readers: they run in a thread, as its do."""
    with override_settings(
        SESSION_ENGINE="django.contrib.sessions.backends.db",
        MESSAGE_STORAGE="django.contrib.messages.storage.session.SessionStorage",
    ):
        sessions = "django.contrib.sessions.middleware.SessionMiddleware"
        answers = alike(
            [sessions, "django.contrib.messages.middleware.MessageMiddleware"],
            [sessions, "app.serving.middleware.messages.MessageMiddleware"],
            Step(FEW),
            Step(FEW),
            Step("/sync/messages/read/"),
        )
    assert answers[2].body.count(b"message") == 4
