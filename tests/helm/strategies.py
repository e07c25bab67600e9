"""Values that a schema takes, for Hypothesis: of JSON Schema what values.schema.json uses."""

import json
import re
from math import ceil, floor
from typing import Any

from hypothesis import strategies as st

from tests.helm.manifests import CHART

SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text())
TEXT = st.text(st.characters(exclude_categories=["C"]) | st.just("\n"))
# Of these the schema leaves the inner parts to Kubernetes, and nonsense would be made.
PIECES: dict[str, Any] = {
    "affinity": {"nodeAffinity": {}},
    "volume": {"name": "data", "emptyDir": {}},
    "volumeSource": {"persistentVolumeClaim": {"claimName": "reports"}},
    "mount": {"name": "data", "mountPath": "/data"},
    "container": {"name": "proxy", "image": "proxy:1", "args": ["a: b"]},
    "spread": {"topologyKey": "rack", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"},
    "routeRule": {"matches": [{"path": {"type": "PathPrefix", "value": "/"}}]},
    "envFrom": {"secretRef": {"name": "more"}},
    "anyObject": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "more"}},
}


def defined(part: dict[str, Any]) -> dict[str, Any]:
    """What `part` refers to, or itself."""
    name = part.get("$ref", "").rpartition("/")[2]
    return SCHEMA["$defs"][name] if name else part


def text(pattern: str) -> st.SearchStrategy[str]:
    """Texts of a pattern; Go's $ is the end, Python's may have a line's end after it."""
    return st.from_regex(re.compile(re.sub(r"\$$", r"\\Z", pattern)), fullmatch=True)


def of(part: dict[str, Any], *, block: bool = False) -> st.SearchStrategy[Any]:
    """What a part of the schema takes. A block of values may leave any out: they have defaults."""
    if part.get("$ref", "").rpartition("/")[2] in PIECES:
        return st.just(PIECES[part["$ref"].rpartition("/")[2]])
    part = defined(part)
    if "enum" in part:
        return st.sampled_from([value for value in part["enum"] if value is not None])
    kinds = [part["type"]] if isinstance(part["type"], str) else part["type"]
    return st.one_of([KINDS[kind](part, block) for kind in kinds if kind != "null"])


def strings(part: dict[str, Any], _: bool) -> st.SearchStrategy[str]:
    """Of a pattern, or any."""
    made = text(part["pattern"]) if "pattern" in part else TEXT
    least, most = part.get("minLength", 0), part.get("maxLength", 1000)
    return made.filter(lambda value: least <= len(value) <= most)


def numbers(part: dict[str, Any], _: bool) -> st.SearchStrategy[float]:
    """Whole or not."""
    low = part.get("minimum", part.get("exclusiveMinimum", -1000) + 0.25)
    high = part.get("maximum", part.get("exclusiveMaximum", 10_000) - 0.25)
    return st.integers(ceil(low), floor(high)) | st.floats(low, high)


def objects(part: dict[str, Any], block: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Closed ones by their names, open ones by their patterns."""
    if "properties" in part:
        needed = set() if block else set(part.get("required", []))
        inner = {
            name: of(value, block=block and "$ref" not in value)
            for name, value in part["properties"].items()
        }
        return st.fixed_dictionaries(
            {name: inner[name] for name in needed},
            optional={name: inner[name] for name in inner if name not in needed},
        ).filter(lambda value: len(value) >= part.get("minProperties", 0))
    for pattern, value in part.get("patternProperties", {}).items():
        return st.dictionaries(text(pattern), of(value), max_size=2)
    return st.just({})


def arrays(part: dict[str, Any], _: bool) -> st.SearchStrategy[list[Any]]:
    """Of at most two."""
    return st.lists(
        of(part["items"]),
        min_size=part.get("minItems", 0),
        max_size=2,
        unique_by=json.dumps if part.get("uniqueItems") else None,
    )


KINDS = {
    "string": strings,
    "integer": lambda part, _: st.integers(part.get("minimum"), part.get("maximum", 100_000)),
    "number": numbers,
    "boolean": lambda _part, _block: st.booleans(),
    "object": objects,
    "array": arrays,
}
