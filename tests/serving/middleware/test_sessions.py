from pathlib import Path

import pytest
from django.test import override_settings

from tests.serving.middleware.both import Step, alike
from tests.serving.stacks import ANSWER, ON_LOOP

LIFE = (
    Step("/session/get/"),
    Step("/session/set/?a=1"),
    Step("/session/get/"),
    Step("/sync/session/get/"),
    Step("/hello/"),
    Step("/session/cycle/"),
    Step("/session/get/"),
    Step("/session/set/?b=2&status=500"),
    Step("/session/get/"),
    Step("/session/expiry/?seconds=60"),
    Step("/session/expiry/?seconds=0"),
    Step("/session/flush/"),
    Step("/session/get/"),
    Step("/session/set/?c=3"),
    Step("/session/dropped/"),
    Step("/session/get/", cookies={"sessionid": "nobodys0session0key0nobodys0sess"}),
    Step("/hello/", cookies={"sessionid": "nobodys0session0key0nobodys0sess"}),
    Step("/session/set/?d=4", cookies={"sessionid": "nobodys0session0key0nobodys0sess"}),
    Step("/session/get/", cookies={"sessionid": "short"}),
)
BACKENDS = ["cache", "file", "signed_cookies"]
STORED = ["db", "cached_db"]


def _life(engine: str, every: bool) -> None:
    with override_settings(
        SESSION_ENGINE=f"django.contrib.sessions.backends.{engine}",
        SESSION_SAVE_EVERY_REQUEST=every,
    ):
        answers = alike(ANSWER, ON_LOOP, *LIFE)
    assert answers[2].body == answers[3].body == b'{"a": "1"}'
    assert all(answer.status == 200 for answer in answers[:7])


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("engine", BACKENDS)
def test_the_life_of_a_session(engine: str, every: bool) -> None:
    _life(engine, every)


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("engine", STORED)
def test_the_life_of_a_stored_session(tables: None, engine: str, every: bool) -> None:
    _life(engine, every)


@pytest.mark.parametrize("engine", ["cache", "file"])
def test_a_session_that_was_deleted_meanwhile(engine: str) -> None:
    with override_settings(SESSION_ENGINE=f"django.contrib.sessions.backends.{engine}"):
        *_, answer = alike(
            ANSWER, ON_LOOP, Step("/session/set/?a=1"), Step("/session/interrupted/")
        )
    assert answer.status == 400


def test_a_stored_session_that_was_deleted_meanwhile(tables: None) -> None:
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.db"):
        *_, answer = alike(
            ANSWER, ON_LOOP, Step("/session/set/?a=1"), Step("/session/interrupted/")
        )
    assert answer.status == 400


@pytest.mark.parametrize("tampered", ["x:y:z", "short", "a" * 40])
def test_a_signed_session_that_was_tampered_with(tampered: str) -> None:
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies"):
        for path in ("/hello/", "/session/get/", "/session/set/?a=1"):
            alike(ANSWER, ON_LOOP, Step(path, cookies={"sessionid": tampered}))


def test_a_damaged_session_file(tmp_path: Path) -> None:
    key = "a" * 32
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.file"):
        for path in ("/hello/", "/session/get/", "/session/set/?a=1"):
            (tmp_path / f"sessionid{key}").write_text("damaged")
            alike(ANSWER, ON_LOOP, Step(path, cookies={"sessionid": key}))
