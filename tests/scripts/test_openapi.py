"""The document in the repository is the one that the service serves."""

import json

from scripts import openapi
from tests.callers import call, read


def test_the_document_is_fresh() -> None:
    assert openapi.FILE.read_text() == openapi.document(), "run make openapi"


def test_it_is_the_one_that_is_served() -> None:
    assert json.loads(openapi.document()) == read(call("GET", "/api/openapi.json"))


def test_it_is_made_for_people_and_for_git() -> None:
    text = openapi.document()
    assert text.startswith('{\n  "openapi": "3.1.0",\n')
    assert text.endswith("}\n")
