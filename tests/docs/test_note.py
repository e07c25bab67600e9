"""A note is written with nothing but the page, as it stands there."""

import json
import re

import pytest

from tests.docs.console import Terminal, commands


@pytest.mark.timeout(600)
def test_write_a_note(terminal: Terminal) -> None:
    with terminal.serving("make run"):
        said = terminal.type(*commands("docs/run.md", "Write a note"))
    statuses = re.findall(r"^HTTP/1.1 (\d+)", said, re.MULTILINE)
    assert statuses == ["201", "200", "200", "200", "412", "204"]
    assert re.findall(r"^etag: (.+)$", said, re.MULTILINE) == ['"1"', '"1"', '"2"']
    (listed,) = re.findall(r'\{"items".*\}', said)
    assert [note["text"] for note in json.loads(listed)["items"]] == ["Water the plants."]
    assert '"text":"Watered."' in said
