"""`make docs`: keeps helm/values.schema.json and the table of helm/README.md true to values.yaml.

Names, defaults and the sentences above them stand in values.yaml, what is allowed in the schema. A
value that is new is added to the schema with the type of its default, to be made narrower by hand.
"""

import json
import re
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).resolve().parent.parent / "helm"
VALUES = CHART / "values.yaml"
SCHEMA = CHART / "values.schema.json"
README = CHART / "README.md"

Schema = dict[str, Any]
TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
TABLE = re.compile(r"(?<=<!-- values -->\n).*(?=<!-- end of values -->)", re.DOTALL)


def sentences(text: str) -> dict[str, str]:
    """What the comment above each value says, by the value's path; examples are indented deeper."""
    found: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    comment: list[str] = []
    for line in text.splitlines():
        if words := re.fullmatch(r" *# (\S.*)", line):
            comment.append(words[1])
        elif key := re.match(r"( *)([A-Za-z]+):", line):
            path = [step for step in path if step[0] < len(key[1])] + [(len(key[1]), key[2])]
            found[".".join(name for _, name in path)] = " ".join(comment)
            comment = []
        elif not line:
            comment = []
    return found


def block(values: dict[str, Any], old: Schema, said: dict[str, str], path: str = "") -> Schema:
    """The schema of a closed block: all of its values, and none beside them."""
    properties = {}
    for name, default in values.items():
        at = path + name
        before = old.get("properties", {}).get(name, {})
        new = {"description": said[at]} if said.get(at) else {}
        if isinstance(default, dict) and ("properties" in before or (default and not before)):
            properties[name] = new | block(default, before, said, f"{at}.")
        else:
            narrow = {key: before[key] for key in before if key not in {"description", "default"}}
            properties[name] = new | (narrow or {"type": TYPES.get(type(default), "object")})
            properties[name]["default"] = default
    kept = {key: value for key, value in old.items() if key not in {"description", "required"}}
    kept |= {"type": "object", "additionalProperties": False}
    # A value set to null is missing, for Helm takes its default away.
    needed = [name for name, part in properties.items() if not nullable(part)]
    return kept | {"required": needed, "properties": properties}


def nullable(part: Schema) -> bool:
    """Whether null is one of the values, as the name of what it refers to says."""
    return (
        None in part.get("enum", [])
        or "null" in part.get("type", "object")
        or part.get("$ref", "").endswith("OrNull")
    )


def schema() -> str:
    """The text of values.schema.json."""
    text = VALUES.read_text()
    old: Schema = json.loads(SCHEMA.read_text())
    definitions, shared = old.pop("$defs"), old["properties"].pop("global")
    new = block(yaml.safe_load(text), old, sentences(text))
    new["properties"]["global"] = shared
    new["$defs"] = definitions
    return json.dumps(new, indent=2, ensure_ascii=False) + "\n"


def allowed(part: Schema, definitions: dict[str, Schema]) -> str:
    """What a value may be, in a few words."""
    if "$ref" in part:
        return allowed(definitions[part["$ref"].rpartition("/")[2]], definitions)
    if "title" in part:
        return str(part["title"])
    if "enum" in part:
        return ", ".join(f"`{json.dumps(word).strip(chr(34))}`" for word in part["enum"])
    if part["type"] == "array" and "items" in part:
        return f"list of: {allowed(part['items'], definitions)}"
    words = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    kinds = [part["type"]] if isinstance(part["type"], str) else part["type"]
    span = [
        f"{word} {part[bound]}"
        for word, bound in (("from", "minimum"), ("to", "maximum"))
        if bound in part
    ]
    return " ".join([" or ".join(words.get(kind, kind) for kind in kinds), *span])


def rows(part: Schema, definitions: dict[str, Schema], path: str = "") -> list[str]:
    """The rows of a block's values, each after what the block itself is."""
    found = []
    for name, value in part["properties"].items():
        said = value.get("description", "")
        if "properties" in value:
            found.append(f"| **`{path}{name}`** | | | {said} |\n")
            found += rows(value, definitions, f"{path}{name}.")
        elif "default" in value:
            default = json.dumps(value["default"], ensure_ascii=False)
            found.append(
                f"| `{path}{name}` | {allowed(value, definitions)} | `{default}` | {said} |\n"
            )
    return found


def readme() -> str:
    """The text of README.md, with its table made anew."""
    made: Schema = json.loads(schema())
    table = ["| Value | Allowed | Default | |\n| --- | --- | --- | --- |\n"]
    table += rows(made, made["$defs"])
    return TABLE.sub(lambda _: "".join(table), README.read_text())


if __name__ == "__main__":
    SCHEMA.write_text(schema())
    README.write_text(readme())
