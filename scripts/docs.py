"""`make docs`: writes docs/settings.md and .env.example from config/settings.py.

What a setting does and where it is documented stand in the comment above it, its section in the
banner above that; name, type and default come from the declaration itself.
"""

from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from config import settings
from config.env import Setting

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "config" / "settings.py"
PAGE = ROOT / "docs" / "settings.md"
EXAMPLE = ROOT / ".env.example"

PAGE_HEAD = """\
# Settings

<!-- Written by `make docs` from config/settings.py. -->

Every setting is an environment variable. A secret may come from a file instead: `X_FILE` names the
file that holds `X`. A variable that is set to nothing counts as not set. Wrong values end the
program with status 78 before a port is opened, all of them named at once. Traces have variables of
their own, OpenTelemetry's: [traces.md](traces.md).
"""

TABLE_HEAD = """\
| Name | Type | Default | What it does |
| --- | --- | --- | --- |
"""

EXAMPLE_HEAD = """\
# Written by `make docs` from config/settings.py: every setting with its default.
# Copy it to .env and change what you need; `make run`, `make dev` and `make manage` read it.
# In production the variables are set, and no file is read.
"""


@dataclass(frozen=True)
class Entry:
    """A setting with what the source says above it."""

    setting: Setting
    section: str
    address: str
    words: str


def entries() -> list[Entry]:
    """All settings in the order of the source. Raises ValueError if one has no comment above."""
    declared = iter(settings.env.declared)
    found: list[Entry] = []
    section, comment = "", [""]
    for before, line in pairwise(["", *SOURCE.read_text().splitlines()]):
        if line.startswith("# ---"):
            section, comment = before.removeprefix("# ").capitalize(), []
        elif line.startswith("# "):
            comment = [*(comment if before.startswith("# ") else []), line.removeprefix("# ")]
        elif "env(" in line or "env.required(" in line:
            address, *words = comment
            found.append(Entry(next(declared), section, address, " ".join(words)))
    return found


def page() -> str:
    """The text of docs/settings.md."""
    lines = [PAGE_HEAD]
    for section, members in groupby(entries(), key=lambda entry: entry.section):
        lines.append(f"\n## {section}\n\n{TABLE_HEAD}")
        for entry in members:
            setting = entry.setting
            default = setting.depends or f"`{setting.default}`"
            if not setting.default:
                default = "required" if setting.default is None else "nothing"
            name = f"[`{setting.name}`]({entry.address})"
            lines.append(f"| {name} | {setting.kind.allowed} | {default} | {entry.words} |\n")
    return "".join(lines)


def example() -> str:
    """The text of .env.example."""
    lines = [EXAMPLE_HEAD]
    for section, members in groupby(entries(), key=lambda entry: entry.section):
        lines.append(f"\n# {section.upper()}\n")
        for entry in members:
            setting = entry.setting
            lines.append(f"# {entry.words}\n")
            if setting.depends:
                lines.append(f"# Default: {setting.depends}\n")
            if setting.default is None:
                lines.append(f"# Required, such as {setting.example}\n")
            default = "" if setting.depends else setting.default or ""
            lines.append(f"{setting.name}={default}\n")
    return "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page())
    EXAMPLE.write_text(example())
