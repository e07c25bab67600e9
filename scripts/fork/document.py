"""docs/openapi.json without the paths of a part: as the service writes it that has none of them."""

import json
import re
from typing import Any

# The API has these of itself, whatever its operations are.
ALWAYS = ("Problem", "Error")
REFERENCE = re.compile(r"#/components/schemas/(\w+)")


def without(text: str, prefix: str) -> str:
    """The document without the paths that begin so, and without what is in it for them alone."""
    document = json.loads(text)
    paths, components = document["paths"], document["components"]
    paths = {path: spec for path, spec in paths.items() if not path.startswith(prefix)}
    kept = {name: schema for name, schema in components["schemas"].items() if name in ALWAYS}
    new: Any = paths
    while names := set(REFERENCE.findall(json.dumps(new))) - set(kept):
        new = {name: components["schemas"][name] for name in names}
        kept |= new
    components["schemas"] = {name: kept[name] for name in components["schemas"] if name in kept}
    if "security" not in json.dumps(paths):
        components.pop("securitySchemes", None)
    document["paths"] = paths
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
