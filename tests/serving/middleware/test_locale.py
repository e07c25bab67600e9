import asyncio
from collections.abc import Callable

import pytest
from django.test import override_settings

from app.asgi import App
from app.serving.handler import AsyncHandler
from tests.client import ask
from tests.serving.middleware.both import Step, alike, djangos_handler
from tests.serving.stacks import ANSWER, EXTRA_ON_LOOP, EXTRA_STOCK, ON_LOOP

STOCK, OURS = [EXTRA_STOCK[2], *ANSWER], [EXTRA_ON_LOOP[2], *ON_LOOP]


def test_the_language_of_header_cookie_and_address() -> None:
    answers = alike(
        STOCK,
        OURS,
        Step("/greeting/"),
        Step("/greeting/", headers={"accept-language": "de-AT,fr;q=0.5"}),
        Step("/greeting/", headers={"accept-language": "tlh"}),
        Step("/de/prefixed/"),
        Step("/fr/prefixed/", headers={"accept-language": "de"}),
        Step("/prefixed/", headers={"accept-language": "de"}),
        Step("/prefixed", headers={"accept-language": "de"}),
        Step("/tlh/prefixed/"),
        Step("/greeting/", cookies={"django_language": "fr"}),
        Step("/hello/"),
    )
    bodies = [answer.body for answer in answers]
    assert bodies[:4] == [b"en: Yes", b"de: Ja", b"en: Yes", b"de: Ja"]
    assert bodies[4] == bodies[8] == b"fr: Oui"
    assert answers[5]["location"] == "/de/prefixed/"
    assert answers[1]["content-language"] == "de"


@pytest.mark.parametrize("handler", [djangos_handler, AsyncHandler])
def test_requests_side_by_side_and_in_turn_keep_their_languages(
    handler: Callable[[], App],
) -> None:
    async def run() -> None:
        app = handler()

        async def greet(language: str) -> bytes:
            headers = [(b"accept-language", language.encode())] if language else []
            return (await ask(app, "/slow/greeting/", headers=headers)).body

        assert await asyncio.gather(*map(greet, ["de", "fr", ""])) == [
            b"de de",
            b"fr fr",
            b"en en",
        ]
        # One after another in one context, as uvicorn runs pipelined requests.
        assert [await greet(each) for each in ("de", "", "fr", "")] == [
            b"de de",
            b"en en",
            b"fr fr",
            b"en en",
        ]

    with override_settings(MIDDLEWARE=OURS):
        asyncio.run(run())
