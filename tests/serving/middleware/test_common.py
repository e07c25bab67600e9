import re

from django.core import mail
from django.test import override_settings

from tests.serving.middleware.both import Step, alike, walk
from tests.serving.stacks import ANSWER, EXTRA_ON_LOOP, EXTRA_STOCK, ON_LOOP

BROKEN_STOCK, BROKEN_ON_LOOP = EXTRA_STOCK[0], EXTRA_ON_LOOP[0]


def test_slashes_and_lengths() -> None:
    hello, query, lines, missing, double = alike(
        ANSWER,
        ON_LOOP,
        Step("/hello"),
        Step("/hello?a=1"),
        Step("/stream/"),
        Step("/missing"),
        Step("//evil.example/hello"),
    )
    assert (hello.status, hello["location"]) == (301, "/hello/")
    assert query["location"] == "/hello/?a=1"
    assert "content-length" not in dict(lines.headers)
    assert missing.status == double.status == 404


def test_a_post_that_cannot_be_redirected() -> None:
    with override_settings(DEBUG=True):
        for middleware in (ANSWER, ON_LOOP):
            (answer,) = walk(middleware, [Step("/exempt", "POST", form={})])
            assert answer.status == 500
            assert b"redirect to the slash URL" in answer.body


def test_www() -> None:
    with override_settings(PREPEND_WWW=True):
        plain, slash, there = alike(
            ANSWER,
            ON_LOOP,
            Step("/hello/", headers={"host": "example.com"}),
            Step("/hello", headers={"host": "example.com"}),
            Step("/hello/", headers={"host": "www.example.com"}),
        )
    assert plain["location"] == slash["location"] == "http://www.example.com/hello/"
    assert there.status == 200


def test_hosts_and_user_agents_that_are_not_allowed() -> None:
    with override_settings(DISALLOWED_USER_AGENTS=[re.compile("^Bad")]):
        host, agent, good = alike(
            ANSWER,
            ON_LOOP,
            Step("/hello/", headers={"host": "evil.example"}),
            Step("/hello/", headers={"user-agent": "Bad/1.0"}),
            Step("/hello/", headers={"user-agent": "Good/1.0"}),
        )
    assert (host.status, agent.status, good.status) == (400, 403, 200)


def _links() -> list[tuple[str, str]]:
    sent = [(str(message.subject), str(message.body)) for message in mail.outbox]
    mail.outbox.clear()
    return sent


def test_broken_links() -> None:
    steps = [
        Step("/missing/", headers={"referer": "http://other.example/page"}),
        Step("/missing/", headers={"referer": "http://localhost/page"}),
        Step("/missing/"),
        Step("/hello/", headers={"referer": "http://other.example/page"}),
    ]
    mails = []
    for middleware in ([BROKEN_STOCK, *ANSWER], [BROKEN_ON_LOOP, *ON_LOOP]):
        alike(middleware, middleware, *steps)
        mails.append(_links())
    assert mails[0] == mails[1]
    assert len(mails[0]) == 4  # two, twice
