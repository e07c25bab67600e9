"""What a caller sent, in all its forms, without its secrets."""

import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.telemetry.redact import redact_body, redact_form, redact_headers, redact_query
from tests.telemetry.secrets import cuts, leaked, plain, secret_names, secret_text, secret_word
from tests.telemetry.test_redact_json import documents

FORM = "application/x-www-form-urlencoded"
TYPES = ["application/json", FORM, "text/plain", "text/plain; charset=utf-8", "application/xml", ""]


def body(
    data: bytes | str, content_type: str = "text/plain", size: int = 0, encoding: str = ""
) -> str:
    data = data if isinstance(data, bytes) else data.encode()
    headers = {b"content-type": content_type.encode(), b"content-encoding": encoding.encode()}
    return redact_body(data, size or len(data), headers)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("a=1&b=2&c", "a=1&b=2&c"),
        ("a=1&password=x&b=2", "a=1&password=[redacted]&b=2"),
        ("user%5Bpassword%5D=x&b=2", "user%5Bpassword%5D=[redacted]&b=2"),
        ("p%61ssword=x&b=2", "p%61ssword=[redacted]&b=2"),
        ("next=%2Flogin%3Ftoken%3Dx&b=2", "next=%2Flogin%3Ftoken[redacted]&b=2"),
        ("a=1;password=x&b=2", "a=1;password=[redacted]&b=2"),
        ("password=&b=2", "password=[redacted]&b=2"),
        # No telling where these secrets end.
        ("password&=x", "password"),
        ('a={"password":"x&y"}&b=2', 'a={"password":[redacted]'),
        ("password: x&y", "password:[redacted]"),
    ],
)
def test_forms(text: str, written: str) -> None:
    assert redact_form(text) == written
    assert redact_query(text.encode()) == written


def test_a_query_that_is_not_utf_8() -> None:
    assert redact_query(b"a=\xff&token=\xff") == "a=\xff&token=[redacted]"


def test_headers() -> None:
    headers = [
        (b"host", b"localhost"),
        (b"accept", b"text/html"),
        (b"accept", b"*/*"),
        (b"authorization", b"Bearer x"),
        (b"cookie", b"a=b"),
        (b"cookie", b"c=d"),
        (b"x-api-key", b"x"),
        (b"referer", b"https://a/?token=x"),
        (b"x-odd", b"\xff"),
    ]
    assert redact_headers(headers) == {
        "host": "localhost",
        "accept": "text/html, */*",
        "authorization": "[redacted]",
        "cookie": "[redacted], [redacted]",
        "x-api-key": "[redacted]",
        "referer": "https://a/?token=[redacted]",
        "x-odd": "\xff",
    }


@pytest.mark.parametrize(
    ("data", "content_type", "written"),
    [
        ("", "text/plain", ""),
        ("hello", "text/plain", "hello"),
        ("my password is x", "text/plain", "my password [redacted]"),
        ('{"a": 1}', "application/json", '{"a": 1}'),
        ('{"a": 1, "pwd": "x"}', "application/json", '{"a":1,"pwd":"[redacted]"}'),
        ('{"a": 1, "pin": "x"}', "application/problem+json", '{"a":1,"pin":"[redacted]"}'),
        ('{"a": 1, "pin": "x"}', FORM, '{"a":1,"pin":"[redacted]"}'),
        ('{"api\\nkey": "x"}', "application/json", '{"api\\nkey":"[redacted]"}'),
        ('["pin", "x"]', "text/plain", '["pin","[redacted]"]'),
        ('{"a": 1, pwd: "x"}', "application/json", '{"a": 1, pwd:[redacted]'),
        ("a=1&pwd=x&b=2", FORM, "a=1&pwd=[redacted]&b=2"),
        ("a=1&pwd=x&b=2", "Text/Plain", "a=1&pwd=[redacted]"),
        ("<a><pwd>x</pwd></a>", "application/soap+xml", "<a><pwd>[redacted]"),
        ('{"a":"\\ud800 token x"}', "application/json", '{"a":"? token [redacted]"}'),
        (b"caf\xe9", "text/plain; charset=ISO-8859-1", "caf\ufffd"),
    ],
)
def test_text(data: bytes | str, content_type: str, written: str) -> None:
    assert body(data, content_type) == written


@pytest.mark.parametrize(
    ("data", "content_type", "encoding", "written"),
    [
        (b"JQ", "", "", "<unknown type, 2 bytes>"),
        (b"JQ", "image/png", "", "<image/png, 2 bytes>"),
        (b"JQ", "Application/Octet-Stream; x=JQ", "", "<application/octet-stream, 2 bytes>"),
        (b"JQ", "text/plain", "gzip", "<text/plain, 2 bytes>"),
        (b"JQ", "text/plain; charset=utf-7", "", "<text/plain, 2 bytes>"),
        (b"JQ", "text/plain; CharSet=UTF-16", "", "<text/plain, 2 bytes>"),
        ("JQ".encode("utf-16"), "text/plain", "", "<text/plain, 6 bytes>"),
        (b"JQ", "multipart/mixed; boundary=a", "", "<multipart/mixed, 2 bytes>"),
        (b"JQ", "multipart/form-data; boundary=a", "", "<multipart/form-data, 2 bytes>"),
        (b"JQ", "multipart/form-data", "", "<multipart/form-data, 2 bytes>"),
        (b"--a\r\n", "multipart/form-data; boundary=a", "gzip", "<multipart/form-data, 5 bytes>"),
        (b"JQ", "JQ" * 99, "", "<unknown type, 2 bytes>"),
        (b"JQ", "text/plain; a*=nonsense''b", "", "<unknown type, 2 bytes>"),
    ],
)
def test_what_is_not_known_to_be_text_is_not_written(
    data: bytes, content_type: str, encoding: str, written: str
) -> None:
    assert body(data, content_type, encoding=encoding) == written


def test_a_part_is_redacted_by_its_own_type() -> None:
    disposition = 'Content-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    parts = [
        disposition % ("a", "", "1"),
        disposition % ("password", "", "x"),
        disposition % ("j", "\r\nContent-Type: application/json", '{"b": "\\u0061", "pin": "x"}'),
        disposition % ("f", '; filename="f"\r\nContent-Type: image/png', "x"),
        disposition % ("e", "\r\nContent-Transfer-Encoding: base64", "eA=="),
        disposition % ("c", "", "cut"),
    ]
    text = "".join(f"--edge\r\n{part}" for part in parts)
    written = body(text, 'multipart/form-data; boundary="edge"', size=9999)
    assert written == (
        'a=1&password=[redacted]&j={"b":"\\u0061","pin":"[redacted]"}'
        "&f=<image/png, 1 bytes>&e=<text/plain, 4 bytes>&c=cut…"
    )


def test_what_was_cut_is_marked_but_not_a_length() -> None:
    assert body("abc", size=4) == "abc…"
    assert body("abc", "image/png", size=4) == "<image/png, 4 bytes>"


@given(
    st.lists(st.tuples(plain, plain), max_size=3),
    secret_names,
    secret_text,
    st.sampled_from([quote, quote_plus, lambda text: "".join(f"%{b:02x}" for b in text.encode())]),
    cuts,
    st.sampled_from([FORM, "text/plain", "application/json"]),
)
def test_no_secret_of_a_form_is_written_wherever_it_is_cut(  # noqa: PLR0917 - as many are drawn
    others: list[tuple[str, str]], name: str, secret: str, encode: object, cut: int, kind: str
) -> None:
    assert callable(encode)
    pairs = [f"{encode(a)}={encode(b)}" for a, b in others]
    pairs.insert(len(pairs) // 2, f"{encode(name)}={quote(secret, safe='')}")
    data = "&".join(pairs).encode()
    for piece in (data, data[:cut]):
        assert not leaked(body(piece, kind, size=len(data)))
        assert not leaked(redact_query(piece))


@given(documents, cuts, st.sampled_from(TYPES))
def test_no_secret_of_json_is_written_whatever_its_type_says(
    document: object, cut: int, kind: str
) -> None:
    data = json.dumps(document).encode()
    for piece in (data, data[:cut]):
        assert not leaked(body(piece, kind, size=len(data)))


@given(
    st.sampled_from(
        ['{"a": "b", "%s": "%s", "c": "d"}', "a=b&%s=%s&c=d", "%s: %s", '<x %s="%s">', "<%s>%s</x>"]
    ),
    secret_names,
    secret_word,
    st.sampled_from(
        ['"', "{", "}", "[", "]", ":", ",", "&", "=", "\\", "\n", " ", "%", "\0", "\xff"]
    ),
    st.integers(0, 200),
    st.booleans(),
    st.sampled_from(TYPES),
)
def test_no_secret_is_written_of_text_that_is_broken(  # noqa: PLR0917 - as many are drawn
    form: str, name: str, secret: str, stray: str, at: int, insert: bool, kind: str
) -> None:
    text = form % (name, secret)
    at %= len(text)
    name_at = text.index(name)
    secret_at = text.index(secret, name_at)
    if insert:
        # Within the name it becomes another one; an & before the secret makes it a pair of its own.
        assume(not name_at < at < name_at + len(name))
        assume(not (stray == "&" and secret_at <= at < secret_at + len(secret)))
        broken = text[:at] + stray + text[at:]
    else:
        assume(not name_at <= at < name_at + len(name))
        broken = text[:at] + text[at + 1 :]
    assert not leaked(body(broken.encode("latin-1"), kind))


@given(st.binary(max_size=300), st.binary(max_size=60), st.sampled_from([b"", b"gzip", b"\xff"]))
def test_anything_can_be_written(data: bytes, content_type: bytes, encoding: bytes) -> None:
    for kind in (content_type, b"application/json", b"multipart/form-data; boundary=a"):
        headers = {b"content-type": kind, b"content-encoding": encoding}
        redact_body(data, len(data), headers).encode()
    redact_query(data).encode()
    redact_headers([(content_type, data)])
