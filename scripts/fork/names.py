"""The names in the tree that a fork has others for, and what stands for them in the template."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from scripts import version

LICENSE = "MIT"
# Where that stands, and after what.
LICENCE = {"pyproject.toml": 'license = "', "helm/Chart.yaml": "  artifacthub.io/license: "}


@dataclass(frozen=True)
class Names:
    """What the template itself answers to the questions."""

    name: str
    description: str
    address: str
    registry: str
    version: str
    versions: list[tuple[str, str, re.Pattern[str]]]

    @property
    def organisation(self) -> str:
        """Whose the template is, where it is published."""
        return self.address.split("/")[-2]


def read(root: Path) -> Names:
    """The names of a tree: each from the one place that all else follows."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    chart = (root / "helm" / "values.yaml").read_text()
    repository = re.search(r"^  repository: (.+)$", chart, re.MULTILINE)
    if repository is None or not repository[1].endswith(f"/{project['name']}"):
        raise ValueError(f"helm/values.yaml: image.repository does not end in {project['name']}")
    return Names(
        name=project["name"],
        description=project["description"],
        address=project["urls"]["Repository"],
        registry=repository[1].removesuffix(f"/{project['name']}"),
        version=project["version"],
        versions=list(version.places(root)),
    )


def replaced(path: str, text: str, names: Names) -> str:
    """The text of a file with an expression for each name.

    Raises ValueError where the name stands in a way that no expression is known for.
    """
    for file, _, pattern in names.versions:
        if file == path:
            text = pattern.sub("«version»", text, count=1)
    if path in LICENCE:
        text = re.sub(rf"(?m)^({LICENCE[path]}){LICENSE}", r"\1«licence»", text)
    # The longer ones first: they hold the others.
    expressions = {
        names.address: "https://github.com/«organisation»/«name»",
        f"{names.registry}/": "«registry»/",
        names.description: "«description»",
        names.organisation: "«organisation»",
        names.name.capitalize(): "«title»",
        names.name: "«name»",
    }
    known = re.compile("|".join(map(re.escape, expressions)))
    text = known.sub(lambda found: expressions[found[0]], text)
    for line in (path, *text.splitlines()):
        if names.name in line.lower():
            raise ValueError(f"{path}: no expression is known for the name in {line!r}")
    return text
