import pytest

from tests.serving.middleware.both import Step, alike
from tests.serving.stacks import ANSWER, ON_LOOP

GZIP = {"accept-encoding": "gzip, br"}


def test_small_big_and_already_compressed_bodies() -> None:
    small, big, plain, dense, encoded = alike(
        ANSWER,
        ON_LOOP,
        Step("/hello/", headers=GZIP),
        Step("/big/", headers=GZIP),
        Step("/big/"),
        Step("/incompressible/", headers=GZIP),
        Step("/encoded/", headers=GZIP),
    )
    assert big["content-encoding"] == "gzip"
    assert big["etag"] == 'W/"big"'
    assert encoded["content-encoding"] == "br"
    for answer in (small, plain, dense):
        assert "content-encoding" not in dict(answer.headers)
    assert plain["vary"] == "Accept-Encoding, origin"


def test_an_asynchronous_stream() -> None:
    packed, plain = alike(ANSWER, ON_LOOP, Step("/stream/", headers=GZIP), Step("/stream/"))
    assert packed["content-encoding"] == "gzip"
    assert packed.body == plain.body


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators")
def test_a_synchronous_stream() -> None:
    packed, plain = alike(
        ANSWER, ON_LOOP, Step("/sync/stream/", headers=GZIP), Step("/sync/stream/")
    )
    assert packed["content-encoding"] == "gzip"
    assert packed.body == plain.body
