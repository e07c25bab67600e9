"""JSON keeps its form and loses its secrets, wherever it ends."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.redact_json import redact_json
from tests.telemetry.secrets import cuts, leaked, plain, secret_names, secret_text

R = "[redacted]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ({"a": 1, "b": [True, None, -1.5e3], "c": {"d": "e"}}, ...),
        ({"password": "x", "a": 1}, {"password": R, "a": 1}),
        ({"token": 7, "secret": None, "pwd": True}, {"token": R, "secret": R, "pwd": R}),
        ({"password": {"a": ["x", {"b": 7}]}, "c": 2}, {"password": R, "c": 2}),
        ({"tokens": ["x", ["y"], {}], "c": [{}]}, {"tokens": R, "c": [{}]}),
        ([{"a": {"api_key": "x"}}, 3], [{"a": {"api_key": R}}, 3]),
        ({"a": 'say "hi" \\ \n'}, ...),
        ({"a": "é☃"}, ...),
        ({"a": "password=x"}, {"a": f"password={R}"}),
        ({"a": json.dumps({"pwd": "x"})}, {"a": f'{{"pwd":{R}'}),
        ({"a": json.dumps(json.dumps({"pwd": "x"}))}, {"a": f'"{{\\"pwd{R}'}),
        (["password", "x", ["y"]], ["password", R, R]),
        ([["Cookie", "x"], ["a", "b"]], [["Cookie", R], ["a", "b"]]),
        (
            {"name": "pin", "value": "x", "deep": {"a": 1}},
            {"name": "pin", "value": R, "deep": R},
        ),
        ({"note": "a session of work", "b": 1}, {"note": f"a session {R}", "b": 1}),
    ],
)
def test_json(text: Any, expected: Any) -> None:
    for indent in (None, 1):
        for ascii_only in (True, False):
            written = redact_json(json.dumps(text, indent=indent, ensure_ascii=ascii_only))
            assert written is not None
            assert json.loads(written) == (text if expected is ... else expected)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        (" \n", ""),
        ("{", "{"),
        ('{"a', '{"a"'),
        ('{"a"', '{"a"'),
        ('{"a":', '{"a":'),
        ('{"a":"b', '{"a":"b"'),
        ('{"a":"b\\', '{"a":"b"'),
        ('{"a":"b\\u00', '{"a":"b"'),
        ('{"password":"x\\', f'{{"password":"{R}"'),
        ('{"password":"x', f'{{"password":"{R}"'),
        ('{"password":', '{"password":'),
        ('{"password', '{"password"'),
        ('{"password: x', f'{{"password:{R}"'),
        ("{a", "{"),
        ('{"password":tru', '{"password":'),
        ('{"password":[{"a', f'{{"password":"{R}"'),
        ('{"p\\u0061ssword":"x","a":1', f'{{"p\\u0061ssword":"{R}","a":1'),
        ('{"a":-', '{"a":'),
        ("[1, 2", "[1,2"),
        ('{"a":1}\n{"token":2}\n', f'{{"a":1}}{{"token":"{R}"}}'),
        ("NaN", "NaN"),
    ],
)
def test_where_it_ends(text: str, written: str) -> None:
    assert redact_json(text) == written


@pytest.mark.parametrize(
    "text",
    [
        "a=1",
        '{"a" "b"}',
        '{"a":1 "b"}',
        '{"a":1,}',
        '{"a",1}',
        '{"a"}',
        '{"a":}',
        '{"a"::1}',
        '{"a":[}',
        '{"a":1]',
        "{1:2}",
        "{{}}",
        "{[]}",
        "[1:2]",
        "[,]",
        "[1,]",
        "]",
        ":",
        ",",
        '"a":1',
        '{"a":"\n"}',
        '{"a":"\\q"}',
        "{'password': 'x'}",
        "[1] trailing words",
        "\ufeff{}",
    ],
)
def test_what_is_not_json(text: str) -> None:
    assert redact_json(text) is None


open_values = st.recursive(
    st.none() | st.booleans() | st.sampled_from([0, -1, 2.5, 1e30]) | plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3),
    max_leaves=5,
)
secret_values = st.recursive(
    secret_text | st.just(0),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(secret_text, inner, max_size=3),
    max_leaves=5,
)
documents = st.recursive(
    st.builds(
        lambda before, name, secret, after: {**before, name: secret, **after},
        st.dictionaries(plain, open_values, max_size=2),
        secret_names,
        secret_values,
        st.dictionaries(plain, open_values, max_size=2),
    ),
    lambda inner: (
        st.lists(inner | open_values, max_size=3) | st.dictionaries(plain, inner, max_size=3)
    ),
    max_leaves=3,
)


def escaped(text: str, which: list[bool]) -> str:
    """`text` with some of its letters inside of strings as \\u escapes."""
    return "".join(
        f"\\u{ord(c):04x}" if flag and c.isalpha() and ord(c) < 0x10000 and before != "\\" else c
        for c, before, flag in zip(text, " " + text, which, strict=False)
    )


@given(documents, st.booleans(), st.sampled_from([None, 2]), cuts, st.integers(1, 3))
def test_no_secret_is_written_wherever_it_is_cut(
    document: Any, ascii_only: bool, indent: int | None, cut: int, wrapped: int
) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    for _ in range(wrapped - 1):
        text = json.dumps({"inner": text})
    for piece in (text, text[:cut]):
        written = redact_json(piece)
        assert written is not None
        assert not leaked(written)


@given(secret_names, secret_text, st.lists(st.booleans(), min_size=20, max_size=40), cuts)
def test_no_name_is_hidden_by_escapes(name: str, secret: str, which: list[bool], cut: int) -> None:
    key = escaped(name, which) + name[len(which) :]
    text = f'{{"{key}": {json.dumps(secret)}}}'
    assert json.loads(text) == {name: secret}
    assert not leaked(redact_json(text) or "Q")
    assert not leaked(redact_json(text[:cut]) or "" if cut else "")
