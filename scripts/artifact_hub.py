"""What Artifact Hub shows of a released chart, as annotations of its Chart.yaml.

https://artifacthub.io/docs/topics/annotations/helm/
"""

import json
import re

# The headings of a changelog are the kinds of Artifact Hub, and in lower case.
HEADING = re.compile(r"^### (\w+)\n", re.MULTILINE)
ENTRY = re.compile(r"^- (.+(?:\n  .+)*)", re.MULTILINE)


def changes(news: str) -> list[dict[str, str]]:
    """The entries of a version in the changelog; one without a heading is a change."""
    first, *others = HEADING.split(news)
    kinds = [("changed", first), *zip(map(str.lower, others[::2]), others[1::2], strict=True)]
    return [
        {"kind": kind, "description": " ".join(entry.split())}
        for kind, text in kinds
        for entry in ENTRY.findall(text)
    ]


def annotations(images: dict[str, str], source: str, version: str, news: str) -> dict[str, str]:
    """The annotations of a chart that runs these images; "" is the service's, others are a part's.

    Lists are YAML in a string, and JSON is YAML.
    """
    listed = changes(news)
    security = any(change["kind"] == "security" for change in listed)
    whole = {
        "images": [{"name": part or "service", "image": one} for part, one in images.items()],
        "links": [
            {"name": "source", "url": source},
            {"name": "documentation", "url": f"{source}/tree/v{version}/docs"},
        ],
        "changes": listed,
    }
    flags = {"containsSecurityUpdates": security, "prerelease": "-" in version}
    found = {name: json.dumps(value, ensure_ascii=False) for name, value in (whole | flags).items()}
    return {f"artifacthub.io/{name}": value for name, value in found.items()}
