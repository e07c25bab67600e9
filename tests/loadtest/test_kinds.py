from typing import Any

import pytest

from app.loadtest import kinds
from app.loadtest.kinds import Kind

GOOD: list[tuple[Kind[Any], str, Any]] = [
    (kinds.url, "http://service:8000/", "http://service:8000"),
    (kinds.url, "https://[::1]/under", "https://[::1]/under"),
    (kinds.optional_url, "", ""),
    (kinds.boolean, "true", True),
    (kinds.boolean, "false", False),
    (kinds.file, "", ""),
    (kinds.file, __file__, __file__),
    (kinds.path, "/api/", "/api/"),
    (kinds.positive, "0.5", 0.5),
    (kinds.whole(1), "1", 1),
    (kinds.span(5), "1m", 60.0),
    (kinds.one_of("a", "b"), "b", "b"),
]
BAD: list[tuple[Kind[Any], str]] = [
    (kinds.url, "http://"),
    (kinds.url, "http://host:0"),
    (kinds.url, "http://host:99999"),
    (kinds.boolean, "yes"),
    (kinds.path, "api"),
    (kinds.path, "/a b"),
    (kinds.path, "/a\r\nHost: b"),
    (kinds.positive, "-1"),
    (kinds.positive, "nan"),
    (kinds.positive, "inf"),
    (kinds.whole(1), "0"),
    (kinds.whole(1), "1.5"),
    (kinds.span(5), "4s"),
    (kinds.one_of("a", "b"), "c"),
]
REFUSED: list[tuple[Kind[Any], str, str]] = [
    (kinds.url, "service:8000", "no scheme; write http://service:8000 or https://service:8000"),
    (kinds.url, "ftp://service", "no scheme"),
    (kinds.url, "http://me:secret@service", "a token goes into TOKEN"),
    (kinds.url, "http://service/?a=b", "ends with its host, port or path"),
    (kinds.file, "/no/such/file", "there is no file /no/such/file"),
    (kinds.thresholds, "p95<1", "is no threshold"),
]


@pytest.mark.parametrize(("kind", "text", "value"), GOOD)
def test_what_is_taken(kind: Kind[Any], text: str, value: object) -> None:
    assert kind.parse(text) == value


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_what_is_not(kind: Kind[Any], text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is made of `allowed`
        kind.parse(text)
    assert kind.allowed


@pytest.mark.parametrize(("kind", "text", "why"), REFUSED)
def test_what_is_refused_for_a_reason(kind: Kind[Any], text: str, why: str) -> None:
    with pytest.raises(kinds.Refused) as caught:
        kind.parse(text)
    assert why in str(caught.value)


@pytest.mark.parametrize(("kind", "text", "value"), GOOD)
def test_what_is_written_is_read_again(kind: Kind[Any], text: str, value: Any) -> None:
    assert kind.parse(kind.written(value)) == value
