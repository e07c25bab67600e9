"""JSON that is refused, with the field or the place."""

from typing import Any

import pytest

from app.api.json_body import parse
from app.api.refused import Refused
from tests.callers import call, header, read

DEEP = b"[" * 100_000
REFUSED: list[tuple[bytes, str, str]] = [
    (b"{", "", "not JSON at line 1, column 2"),
    (b'{"size": 1,\n"name": }', "", "not JSON at line 2, column 9"),
    (b"\xef\xbb\xbf{}", "", "begins with a byte order mark."),
    (b'{"name": "\xe4"}', "", "not UTF-8 at byte 10."),
    ('{"size": 1}'.encode("utf-16"), "", "not UTF-8 at byte 0."),
    ('{"size": 1}'.encode("utf-16-le"), "", "not JSON at line 1, column 2"),
    (b'{"size": 1, "size": 2}', "size", "stands there twice."),
    (b'{"name": {"x": 1, "x": 1}}', "x", "stands there twice."),
    (b'{"size": 1e999}', "size", "a number that is not finite."),
    (b'{"parts": [1, {"size": -Infinity}]}', "parts.1.size", "a number that is not finite."),
    (b"[-Infinity]", "0", "a number that is not finite."),
    (b"[1E+400]", "0", "a number that is not finite."),
    (b"[%s.0]" % (b"9" * 400), "0", "a number that is not finite."),
    (b"[%se99]" % (b"9" * 300), "0", "a number that is not finite."),
    (b"[NaN]", "0", "a number that is not finite."),
    (b'{"name": "\\ud800"}', "name", "half of a surrogate pair."),
    (b'{"a": {"\\udc00": 1}}', "a.?", "a name with half of a surrogate pair."),
    (b'{"size": ' + b"1" * 5000 + b"}", "", "a number has too many digits."),
    (DEEP, "", "nested too deeply."),
    (b'{"a":' * 100_000, "", "nested too deeply."),
    (DEEP + b"]" * 100_000, "", "nested too deeply."),
]


@pytest.mark.parametrize(("body", "field", "detail"), REFUSED, ids=lambda v: str(v)[:30])
def test_refused(body: bytes, field: str, detail: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(body)
    assert refused.value.status == 400
    (error,) = refused.value.extra["errors"]
    assert (error["in"], error["field"]) == ("body", field)
    assert error["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, 2.5, "\xc3\xa4", "\\ud83d\\ude00", "\\u0000", null, true]}', None),
        (b" [] ", []),
        (b'{"a": {"x": 1}, "b": {"x": 1}}', {"a": {"x": 1}, "b": {"x": 1}}),
    ],
)
def test_read(body: bytes, value: Any) -> None:
    assert parse(body) == (value or parse(body))


@pytest.mark.usefixtures("_things")
@pytest.mark.parametrize("body", [body for body, _, _ in REFUSED], ids=lambda v: str(v)[:30])
def test_answered_as_a_problem(body: bytes) -> None:
    answer = call("POST", "/api/things", raw=body)
    assert answer.status == 400
    assert header(answer, "content-type") == "application/problem+json"
    assert len(read(answer)["errors"]) == 1
    assert not answer.scope["hops"]
