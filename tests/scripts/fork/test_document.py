"""The API's document without a part's paths."""

import json
from typing import Any

from scripts.fork import document


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def test_what_others_need_stays() -> None:
    schemas = {
        "Gone": {"of": ref("GoneToo")},
        "Shared": {"of": ref("Deep")},
        "Deep": {},
        "GoneToo": {},
        "Problem": {},
        "Error": {},
    }
    paths = {"/a": {"get": [ref("Gone"), ref("Shared")], "security": []}, "/b": ref("Shared")}
    whole = {"paths": paths, "components": {"schemas": schemas, "securitySchemes": {"Bearer": {}}}}
    text = document.without(json.dumps(whole), "/a")
    left = json.loads(text)
    assert left == {
        "paths": {"/b": ref("Shared")},
        "components": {"schemas": {n: schemas[n] for n in ("Shared", "Deep", "Problem", "Error")}},
    }
    assert list(left["components"]["schemas"]) == ["Shared", "Deep", "Problem", "Error"]
    assert text.startswith('{\n  "')


def test_keys_stay_while_something_is_secured() -> None:
    paths: dict[str, Any] = {"/a": {}, "/b": {"security": [{"Bearer": []}]}}
    whole = {"paths": paths, "components": {"schemas": {}, "securitySchemes": {"Bearer": {}}}}
    assert "securitySchemes" in document.without(json.dumps(whole), "/a")
