"""Lists of notes, page by page, from a real PostgreSQL."""

from itertools import chain
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.notes.models import Note
from tests.callers import call, read
from tests.notes.notes import created, hops

pytestmark = pytest.mark.django_db(transaction=True)


def texts(path: str) -> list[str]:
    return [note["text"] for note in read(call("GET", path))["items"]]


def pages(path: str) -> list[list[str]]:
    found, page = [], read(call("GET", path))
    while page["next"]:
        found.append([note["text"] for note in page["items"]])
        page = read(call("GET", f"{path}&cursor={page['next']}"))
    return [*found, [note["text"] for note in page["items"]]]


def test_the_newest_come_first_and_a_page_is_one_query() -> None:
    for text in "abc":
        created(text)
    answer = call("GET", "/api/notes")
    assert [note["text"] for note in read(answer)["items"]] == ["c", "b", "a"]
    assert read(answer)["next"] is None
    assert hops(answer) == ["_fetch_all", "return_connection"]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(1, [["c"], ["b"], ["a"]]), (2, [["c", "b"], ["a"]]), (3, [["c", "b", "a"]])],
)
def test_pages_hold_each_note_once(limit: int, expected: list[list[str]]) -> None:
    for text in "abc":
        created(text)
    assert pages(f"/api/notes?limit={limit}") == expected


@settings(max_examples=50)
@given(limit=st.integers() | st.integers(-1, 102) | st.text().map(quote))
def test_a_limit_is_within_its_bounds_or_refused(limit: int | str) -> None:
    answer = call("GET", f"/api/notes?limit={limit}")
    if isinstance(limit, int):
        assert answer.status == (200 if 1 <= limit <= 100 else 422)
    if answer.status != 200:
        assert answer.status == 422
        assert [error["field"] for error in read(answer)["errors"]] == ["limit"]
        assert not answer.scope["hops"]


@settings(max_examples=20)
@given(number=st.integers(0, 7), limit=st.integers(1, 8))
def test_whatever_the_limit_pages_hold_each_note_once(number: int, limit: int) -> None:
    Note.objects.all().delete()
    for text in range(number):
        created(str(text))
    found = pages(f"/api/notes?limit={limit}")
    assert all(len(page) == limit for page in found[:-1])
    assert len(found[-1]) <= limit
    assert list(chain(*found)) == [str(text) for text in reversed(range(number))]


def test_an_insert_meanwhile_moves_nothing() -> None:
    for text in "abc":
        created(text)
    page = read(call("GET", "/api/notes?limit=2"))
    created("d")
    assert texts(f"/api/notes?limit=2&cursor={page['next']}") == ["a"]


def test_a_tag_finds_its_notes() -> None:
    for text, tags in [("a", ["x"]), ("b", ["y"]), ("c", ["x", "y"]), ("d", [])]:
        created(text, tags=tags)
    assert texts("/api/notes?tag=x") == ["c", "a"]
    assert pages("/api/notes?tag=x&limit=1") == [["c"], ["a"]]
    assert texts("/api/notes?tag=none") == []


@pytest.mark.parametrize(
    "limit", ["-1", "0", "101", str(10**20), "1" * 5000, "x", "", "1.5", "nan"]
)
def test_limits_are_bounded(limit: str) -> None:
    answer = call("GET", f"/api/notes?limit={limit}")
    assert answer.status == 422
    assert [(each["in"], each["field"]) for each in read(answer)["errors"]] == [("query", "limit")]
    assert not answer.scope["hops"]


@pytest.mark.parametrize("change", ["truncated", "forged", "foreign", "%00%ff", "", "x", "x" * 201])
def test_a_cursor_is_only_what_was_given(change: str) -> None:
    created("a")
    created("b")
    given = read(call("GET", "/api/notes?limit=1"))["next"]
    changed = {
        "truncated": given[:-1],
        "forged": f"{'0' if given[0] != '0' else '1'}{given[1:]}",
        "foreign": given,
    }
    cursor = changed.get(change, change)
    customer = "other" if change == "foreign" else "acme"
    answer = call("GET", f"/api/notes?cursor={cursor}", customer=customer)
    assert answer.status == 422
    assert [error["field"] for error in read(answer)["errors"]] == ["cursor"]
    assert not answer.scope["hops"]


@pytest.mark.parametrize("tag", ["%00", "", "x" * 51, "a%00b"])
def test_tags_are_tags(tag: str) -> None:
    answer = call("GET", f"/api/notes?tag={tag}")
    assert answer.status in (400, 422)
    assert header_is_problem(answer.headers)


def header_is_problem(headers: list[tuple[str, str]]) -> bool:
    return dict(headers)["content-type"] == "application/problem+json"
