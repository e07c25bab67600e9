"""`make version-set VERSION=1.2.3`: writes a version to all places, and to the changelog.

Only MAJOR.MINOR.PATCH is taken: Python and Helm write pre-releases differently.
"""

import datetime
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from scripts import changelog

ROOT = Path(__file__).resolve().parent.parent
CHANGELOG = "CHANGELOG.md"
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)


def places(root: Path) -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """Each place that holds the version: the file, the name it has there, and how to find it."""
    name = tomllib.loads((root / "pyproject.toml").read_text())["project"]["name"]
    for file, before in (
        ("pyproject.toml", 'version = "'),
        ("uv.lock", f'name = "{name}"\nversion = "'),
        ("helm/Chart.yaml", "version: "),
        ("helm/Chart.yaml", "appVersion: "),
        ("docs/openapi.json", '    "version": "'),
    ):
        label = before.rpartition("\n")[2].strip(' :="')
        yield file, label, re.compile(rf"(?<=^{re.escape(before)})[^\"\n]+", re.MULTILINE)


def found(root: Path) -> dict[str, str]:
    """The version that each place has, "none" where there is none."""
    versions = {}
    for file, label, pattern in places(root):
        match = pattern.search((root / file).read_text())
        versions[f"{file} {label}"] = match[0] if match else "none"
    return versions


def order(version: str) -> tuple[int, ...]:
    """What versions are compared by. Raises ValueError, with what is allowed."""
    if not (match := VERSION.fullmatch(version)):
        raise ValueError(f"VERSION is {version!r}; allowed: three numbers, such as 1.2.3")
    return tuple(int(number) for number in match.groups())


def put(root: Path, version: str) -> None:
    """Write the version to all places. Raises ValueError before anything is written."""
    new = order(version)
    now = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    if new < order(now):
        raise ValueError(f"VERSION is {version}, and {now} is out already: the next is higher")
    today = datetime.datetime.now(datetime.UTC).date()
    notes = changelog.released((root / CHANGELOG).read_text(), version, today)
    for file, _, pattern in list(places(root)):
        path = root / file
        path.write_text(pattern.sub(version, path.read_text(), count=1))
    (root / CHANGELOG).write_text(notes)


if __name__ == "__main__":
    try:
        put(ROOT, sys.argv[1])
    except ValueError as error:
        sys.exit(str(error))
    print(f"{sys.argv[1]} stands everywhere; `make release-check` says what would go out.")
