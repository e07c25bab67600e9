"""What tests of forks share."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

ORIGIN = ".copier-answers.yml"
# Every answer another than the template's.
OTHER = {
    "name": "big-orders",
    "description": "Takes orders, for all: by mail & phone.",
    "organisation": "Acme-Corp",
    "registry": "registry.acme.example:5000/team/services",
    "licence": "Apache-2.0",
}


def answered(answers: Mapping[str, object]) -> Iterator[str]:
    """The arguments of copier that give these answers."""
    for name, value in answers.items():
        yield from ("--data", f"{name}={value if isinstance(value, str) else json.dumps(value)}")


def files(folder: Path) -> set[str]:
    """All files of a folder, by their paths in it."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
