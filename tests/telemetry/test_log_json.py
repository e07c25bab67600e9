"""Whatever is logged becomes one line of valid JSON, of a bounded length."""

import enum
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.log_json import encode, fit, middle


class Rude:
    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


class Mood(enum.Enum):
    GOOD = 2**80


SELF: list[Any] = [1]
SELF.append(SELF)
DEEP: Any = 0
for _ in range(300):
    DEEP = {"d": DEEP}

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**64),
    st.floats(),
    ANY_TEXT,
    st.binary(),
    st.decimals(),
    st.datetimes(),
    st.timedeltas(),
    st.uuids(),
    st.complex_numbers(),
    st.builds(Rude),
    st.builds(pow, st.just(10), st.just(5000)),
    st.sampled_from([Rude, Mood.GOOD, SELF, DEEP, ValueError("\udcff"), memoryview(b"a")]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.tuples(inner, inner),
        st.sets(st.one_of(st.integers(), ANY_TEXT), max_size=5),
        st.dictionaries(
            st.one_of(ANY_TEXT, st.integers(), st.binary(), st.none(), st.builds(Rude)),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=10,
)


@given(VALUES)
def test_anything_is_one_line_of_json(value: object) -> None:
    line = encode(value)
    json.loads(line)
    assert b"\n" not in line
    assert b"\r" not in line


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, "é"]}, '{"a":[1,"é"]}'),
        ("\udcff", '"\\\\udcff"'),
        (2**64, '"0x10000000000000000"'),
        (SELF, '[1,"…"]'),
        ([2**64, None, 1.5, Mood.GOOD], '["0x10000000000000000",null,1.5,"Mood.GOOD"]'),
        ({(1, 2): Decimal("1.5")}, '{"(1, 2)":"1.5"}'),
        (Rude(), '"__could_not_encode__"'),
        ({(1,): Rude()}, '{"(1,)":"<Rude: RuntimeError in its str()>"}'),
        (datetime(2026, 1, 2, tzinfo=UTC), '"2026-01-02T00:00:00+00:00"'),
    ],
)
def test_what_json_has_no_word_for(value: object, text: str) -> None:
    assert encode(value).decode() == text


def test_deep_values_are_cut() -> None:
    assert b'"\xe2\x80\xa6"' in encode(DEEP)


@pytest.mark.parametrize(
    ("length", "cut"), [(9, "abcdefghi"), (8, "abcd…ghi"), (2, "a…"), (1, "…")]
)
def test_middle(length: int, cut: str) -> None:
    assert middle("abcdefghi", length) == cut


@given(st.dictionaries(ANY_TEXT, VALUES, max_size=8), st.integers(1, 30_000))
def test_a_line_fits(extras: dict[str, Any], length: int) -> None:
    fields = {"message": "m" * length, **extras}
    line = fit(fields, 1000, keep=1)
    assert len(line) <= 1000
    json.loads(line)


@given(ANY_TEXT.filter(bool), st.integers(1, 3000))
def test_every_text_is_cut_to_the_limit(text: str, times: int) -> None:
    line = fit({"message": "short", "long": text * times}, 500, keep=2)
    assert len(line) <= 500
    assert json.loads(line)["message"] == "short"


def test_longest_values_are_cut_first_and_equally() -> None:
    fields = {"a": "short", "b": "b" * 900, "c": ["c" * 700], "d": "d" * 100}
    line = fit(fields, 1000, keep=1)
    cut = json.loads(line)
    assert 995 <= len(line) <= 1000
    assert (cut["a"], cut["d"]) == ("short", "d" * 100)
    assert cut["b"].startswith("bbbb")
    assert "…" in cut["b"]
    assert cut["b"].endswith("bbbb")
    assert cut["c"].startswith('["cccc')
    assert abs(len(cut["b"]) - len(cut["c"])) < 10


def test_a_neighbour_that_is_cleaned_may_make_a_line_too_long_but_not_the_line_in_parts() -> None:
    class Short:
        def __repr__(self) -> str:
            return "s"

        def __str__(self) -> str:
            return next(texts)

    # The whole line is encoded (once, and once more when "\udcff" made it fail), then each part.
    texts = iter(["s", "s" * 100, "s"])
    line = fit({"message": "m", "short": Short(), "bad": "\udcff"}, 60, keep=1)
    assert json.loads(line) == {"message": "m", "short": "s", "bad": "\\udcff"}


def test_too_many_fields_leave_the_first() -> None:
    fields = {"message": "m" * 900, **{f"field{n}": n for n in range(1000)}}
    cut = json.loads(fit(fields, 1000, keep=1))
    assert cut == {"message": "m" * 900}
    assert len(fit({"message": "m", "k" * 5000: 1}, 1000, keep=1)) < 1000
