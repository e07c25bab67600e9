"""What a note may hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.notes.models import Note
from app.notes.schemas import NoteIn, NotePatch
from tests.callers import call, read

WRONG: list[tuple[Any, list[str]]] = [
    ({}, ["text"]),
    ({"text": ""}, ["text"]),
    ({"text": "x" * 10_001}, ["text"]),
    ({"text": "a\0b"}, ["text"]),
    ({"text": 7}, ["text"]),
    ({"text": None}, ["text"]),
    ({"text": ["x"]}, ["text"]),
    ({"text": "x", "tags": "home"}, ["tags"]),
    ({"text": "x", "tags": None}, ["tags"]),
    ({"text": "x", "tags": ["a", "a"]}, ["tags"]),
    ({"text": "x", "tags": ["", "a\0", "x" * 51, 1]}, ["tags.0", "tags.1", "tags.2", "tags.3"]),
    ({"text": "x", "tags": [str(number) for number in range(21)]}, ["tags"]),
    ({"text": "", "tags": 1, "id": "x", "owner": "me"}, ["text", "tags", "id", "owner"]),
    ([], [""]),
    ("text", [""]),
]


@pytest.mark.parametrize(("content", "fields"), WRONG, ids=lambda case: str(case)[:40])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_wrong_fields_are_named_at_once(method: str, content: Any, fields: list[str]) -> None:
    path = "/api/notes" if method == "POST" else f"/api/notes/{Note().id}"
    answer = call(method, path, content)
    assert answer.status == 422
    assert [error["field"] for error in read(answer)["errors"]] == fields
    assert not answer.scope["hops"]


@pytest.mark.parametrize("content", [{"text": None}, {"text": ""}, {"tags": None}, {"id": "x"}])
def test_a_patch_is_bound_as_a_note_is(content: dict[str, Any]) -> None:
    answer = call("PATCH", f"/api/notes/{Note().id}", content)
    assert answer.status == 422
    assert [error["field"] for error in read(answer)["errors"]] == list(content)


TEXTS = st.text(
    min_size=1,
    max_size=100,
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
)
NOTES = st.fixed_dictionaries(
    {"text": TEXTS, "tags": st.lists(st.sampled_from("abc"), unique=True)}
)


@given(note=NOTES, patch=NOTES, names=st.sets(st.sampled_from(["text", "tags"])))
def test_a_patch_changes_what_it_names(
    note: dict[str, Any], patch: dict[str, Any], names: set[str]
) -> None:
    sent = {name: patch[name] for name in names}
    changes = NotePatch.model_validate(sent).changes()
    assert changes == sent
    assert NoteIn.model_validate(note | changes).model_dump() == note | sent


@given(text=TEXTS)
def test_every_other_text_is_one(text: str) -> None:
    assert NoteIn(text=text).text == text


def test_bounds_are_characters() -> None:
    assert NoteIn(text="😀" * 10_000, tags=["ä" * 50])
    with pytest.raises(ValidationError):
        NoteIn(text="😀" * 10_001)
