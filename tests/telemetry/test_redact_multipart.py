"""Parts of a form as pairs; what is not text, secret or no part is not written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.redact_multipart import WITHHELD, redact_multipart
from tests.telemetry.secrets import leaked, plain, secret_names, secret_text

FORM = b'Content-Disposition: form-data; name="%s"'


def part(head: bytes, content: bytes) -> bytes:
    return b"--edge\r\n" + head + b"\r\n\r\n" + content + b"\r\n"


def named(name: str, content: bytes) -> bytes:
    return part(FORM % name.encode(), content)


def redacted(*parts: bytes, end: bytes = b"--edge--\r\n") -> str | None:
    def said(content: bytes, content_type: str, encoding: str) -> str:
        return f"{content.decode()}|{content_type}|{encoding}"

    return redact_multipart(b"".join(parts) + end, "edge", said)


def test_parts_become_pairs() -> None:
    assert redacted(named("a", b"1"), named("b", b"")) == "a=1|text/plain|&b=|text/plain|"


def test_types_and_encodings_are_handed_on() -> None:
    more = b"\r\nContent-Type: application/json\r\nContent-Transfer-Encoding:  base64"
    assert redacted(part(FORM % b"a" + more, b"1")) == "a=1|application/json|base64"


def test_a_file_without_a_type_is_not_taken_for_text() -> None:
    assert redacted(part(FORM % b"a" + b'; filename="f"', b"1")) == "a=1||"


@pytest.mark.parametrize(
    "head",
    [
        FORM % b"password",
        b"content-disposition:form-data;name=password",
        b"Content-Disposition: form-data; name*=utf-8''p%61ssword",
        b"X: 1\r\n" + FORM % b"user[password]",
        FORM % b"PassWord" + b'; filename="a.txt"',
        FORM % b"a" + b"\r\nX-Name: password",
    ],
)
def test_a_secret_parts_content_is_not_written(head: bytes) -> None:
    written = redacted(part(head, b"JQ\r\n\r\nJQ"), named("b", b"2"))
    assert written is not None
    assert written.endswith("=[redacted]&b=2|text/plain|")
    assert not leaked(written)


def test_a_name_that_quotes_a_secret_is_cut() -> None:
    assert redacted(named("password: JQ", b"1")) == "password:[redacted]=[redacted]"


@pytest.mark.parametrize(
    "piece",
    [
        b"--edge",
        b"--edge\r\nContent-Dispo",
        b"--edge\r\n" + FORM % b"a",
        part(b"Content-Type: text/plain", b"JQ"),
        part(b"Content-Disposition: form-data", b"JQ"),
        part(b'Content-Disposition: form-data; name=""', b"JQ"),
        part(b"Content-Disposition: form-data; name*=nonsense''JQ", b"JQ"),
        b"--edge\n" + FORM % b"a" + b"\n\nJQ",
    ],
)
def test_what_is_no_part_is_not_written(piece: bytes) -> None:
    assert redacted(named("a", b"1"), piece, end=b"") == f"a=1|text/plain|&{WITHHELD}"


def test_nothing_is_read_before_the_first_and_after_the_last() -> None:
    written = redacted(b"JQ\r\n", named("a", b"1"), end=b"--edge--\r\n--edge\r\n" + FORM + b"JQ")
    assert written == "a=1|text/plain|"


@pytest.mark.parametrize("boundary", ["", "other", "\u2603"])
def test_without_its_boundary_it_is_no_form(boundary: str) -> None:
    assert redact_multipart(named("a", b"1"), boundary, lambda *_: "") is None


@given(
    st.lists(st.tuples(plain.filter(str.strip), plain), max_size=2),
    secret_names,
    secret_text,
    st.integers(0, 400),
)
def test_no_secret_is_written_wherever_it_is_cut(
    others: list[tuple[str, str]], name: str, secret: str, cut: int
) -> None:
    parts = [named(other, value.encode()) for other, value in others]
    whole = b"".join([*parts, named(name, secret.encode()), b"--edge--\r\n"])
    for data in (whole, whole[:cut]):
        written = redact_multipart(
            data, "edge", lambda content, *_: content.decode("utf-8", "replace")
        )
        assert not leaked(written or "")
