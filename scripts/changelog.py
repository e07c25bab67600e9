"""CHANGELOG.md as keepachangelog.com has it: news is Unreleased until a version comes out."""

import datetime
import re

UNRELEASED = "Unreleased"
HEADING = re.compile(r"^## (\S+).*\n", re.MULTILINE)


def sections(text: str) -> dict[str, str]:
    """What each version brought, newest first; what no release has yet is named Unreleased."""
    _, *parts = HEADING.split(text)
    return {name: part.strip() for name, part in zip(parts[::2], parts[1::2], strict=True)}


def released(text: str, version: str, day: datetime.date) -> str:
    """The text once all that was unreleased has come out as `version`.

    Raises ValueError, with what to do, where nothing is unreleased or the version is there already.
    """
    found = sections(text)
    if version in found:
        raise ValueError(f"CHANGELOG.md: {version} is there already; the next version is higher")
    if not found.get(UNRELEASED):
        raise ValueError("CHANGELOG.md: nothing stands under Unreleased; say there what is new")
    heading = f"## {UNRELEASED}\n"
    return text.replace(heading, f"{heading}\n## {version} - {day}\n", 1)
