"""The schema of the chart's values and the table in its README say what values.yaml says."""

import json
from typing import Any

import pytest

from scripts import chart

VALUES = """\
# How many.
# In all.
pods: 2

# A line that belongs to nothing.

# The image.
image:
  # By its name:
  #   an example
  tag: ""
  times: { seconds: 1 }
"""


def test_pages_are_fresh() -> None:
    assert chart.SCHEMA.read_text() == chart.schema(), "run make docs"
    assert chart.README.read_text() == chart.readme(), "run make docs"


def test_sentences_stand_above_their_values() -> None:
    assert chart.sentences(VALUES) == {
        "pods": "How many. In all.",
        "image": "The image.",
        "image.tag": "By its name:",
        "image.times": "",
    }


def test_what_is_new_is_added_and_what_is_gone_goes() -> None:
    old: dict[str, Any] = {
        "properties": {
            "kept": {"type": "integer", "minimum": 1, "default": 5, "description": "Old."},
            "piece": {"$ref": "#/$defs/piece"},
            "gone": {"type": "string"},
            "off": {"type": ["integer", "null"]},
            "no": {"$ref": "#/$defs/portOrNull"},
        }
    }
    values = {"kept": 2, "piece": {"a": 1}, "new": {"on": False, "list": [], "map": {}}, "no": None}
    values["off"] = 80
    made = chart.block(values, old, {"kept": "New.", "new": "A block."})
    assert list(made["properties"]) == ["kept", "piece", "new", "no", "off"]
    assert made["properties"]["kept"] == {
        "description": "New.",
        "type": "integer",
        "minimum": 1,
        "default": 2,
    }
    assert made["properties"]["piece"] == {"$ref": "#/$defs/piece", "default": {"a": 1}}
    new = made["properties"]["new"]
    assert (new["description"], new["additionalProperties"]) == ("A block.", False)
    assert {name: part["type"] for name, part in new["properties"].items()} == {
        "on": "boolean",
        "list": "array",
        "map": "object",
    }
    assert made["required"] == ["kept", "piece", "new"]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"$ref": "#/$defs/port"}, "port"),
        ({"enum": [None, "a"]}, "`null`, `a`"),
        ({"type": "array", "items": {"$ref": "#/$defs/port"}}, "list of: port"),
        ({"type": ["integer", "null"], "minimum": 1}, "whole number or null from 1"),
        ({"type": "string"}, "text"),
    ],
)
def test_what_is_allowed_in_words(part: dict[str, Any], words: str) -> None:
    assert chart.allowed(part, {"port": {"title": "port"}}) == words


def test_every_value_has_a_type_and_every_definition_a_use() -> None:
    text = chart.SCHEMA.read_text()
    schema = json.loads(text)
    for name in schema["$defs"]:
        assert f'"#/$defs/{name}"' in text, name
    for name, part in schema["$defs"].items():
        assert name.endswith("OrNull") == chart.nullable(part), name
    pending = [("", schema)]
    while pending:
        path, part = pending.pop()
        assert {"type", "enum", "$ref"} & set(part), path
        assert part.get("type") != "object" or "additionalProperties" in part, path
        pending += [(f"{path}.{name}", value) for name, value in part.get("properties", {}).items()]
