from tests.serving.middleware.both import Step, alike, walk
from tests.serving.stacks import ANSWER, EXTRA_ON_LOOP, EXTRA_STOCK, ON_LOOP

GZIP = {"accept-encoding": "gzip"}


def test_conditional_requests() -> None:
    stock, ours = [EXTRA_STOCK[1], *ANSWER], [EXTRA_ON_LOOP[1], *ON_LOOP]
    (tagged,) = walk(ours, [Step("/hello/")])
    tag = {"if-none-match": tagged["etag"]}
    answers = alike(
        stock,
        ours,
        Step("/hello/"),
        Step("/hello/", headers=tag),
        Step("/hello/", "HEAD", headers=tag),
        Step("/exempt/", "POST", form={}, headers=tag),
        Step("/hello/", headers={"if-none-match": '"other"'}),
        Step("/big/", headers=GZIP),
        Step("/big/", headers={"if-none-match": 'W/"big"', **GZIP}),
        Step("/dated/", headers={"if-modified-since": "Mon, 02 Nov 2026 00:00:00 GMT"}),
        Step("/dated/", headers={"if-modified-since": "Sat, 31 Oct 2026 00:00:00 GMT"}),
        Step("/unstored/"),
        Step("/stream/", headers=tag),
        Step("/missing/"),
    )
    statuses = [answer.status for answer in answers]
    assert statuses == [200, 304, 200, 200, 200, 200, 304, 304, 200, 200, 200, 404]
    assert "etag" not in dict(answers[9].headers)
