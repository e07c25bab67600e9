"""django-cors-headers is native async: it stands in both stacks as it is."""

from tests.serving.middleware.both import Step, alike
from tests.serving.stacks import ANSWER, ON_LOOP

PAGE = {"origin": "https://page.example"}
PREFLIGHT = {"access-control-request-method": "PUT"}


def test_simple_and_preflight_requests() -> None:
    simple, foreign, preflight, refused = alike(
        ANSWER,
        ON_LOOP,
        Step("/hello/", headers=PAGE),
        Step("/hello/", headers={"origin": "https://evil.example"}),
        Step("/hello/", "OPTIONS", headers=PAGE | PREFLIGHT),
        Step("/hello/", "OPTIONS", headers={"origin": "https://evil.example"} | PREFLIGHT),
    )
    assert simple["access-control-allow-origin"] == "https://page.example"
    assert "PUT" in preflight["access-control-allow-methods"]
    for answer in (foreign, refused):
        assert "access-control-allow-origin" not in dict(answer.headers)
