"""Parts: whole files, and some lines of others, that a fork may leave out or never has."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

FILE = Path(__file__).with_name("parts.toml")
NEVER = "never"
REQUIREMENT = re.compile(r'    "([a-z0-9-]+)["\[<>=]')
# From which to which line, counted from 0, the end excluded; and the parts that each want them.
Span = tuple[int, int, tuple[str, ...]]


@dataclass(frozen=True)
class Part:
    """One part, as parts.toml has it."""

    name: str
    files: list[str]
    lines: dict[str, list[str | list[str]]] = field(default_factory=dict)
    requirements: list[str] = field(default_factory=list)
    paths: str = ""
    help: str = ""


def load() -> list[Part]:
    """All parts, that which no fork has among them."""
    return [Part(name, **what) for name, what in tomllib.loads(FILE.read_text()).items()]


def spans(path: str, text: str, part: Part) -> Iterator[Span]:
    """The lines of a file that go with a part. Raises ValueError for one that is not there."""
    lines = text.splitlines()

    def find(start: str, begin: int = 0) -> int:
        for number in range(begin, len(lines)):
            if lines[number].startswith(start):
                return number
        raise ValueError(f"{FILE.name}: {part.name}: {path} has no line that begins {start!r}")

    wanting = () if part.name == NEVER else (part.name,)
    for entry in part.lines.get(path, []):
        if isinstance(entry, str):
            find(entry)
            numbers = [number for number, line in enumerate(lines) if line.startswith(entry)]
            yield from ((number, number + 1, wanting) for number in numbers)
            continue
        *after, first, following = entry
        begin = find(first, find(after[0]) + 1 if after else 0)
        end = find(following, begin + 1) if following else len(lines)
        while not following and not lines[begin - 1]:
            begin -= 1  # a file does not end in empty lines
        yield begin, end, wanting
    if path == "pyproject.toml":
        for number, line in enumerate(lines):
            if (found := REQUIREMENT.match(line)) and found[1] in part.requirements:
                yield number, number + 1, wanting


def conditional(path: str, text: str, found: list[Span]) -> str:
    """The text with a condition around each span. Raises ValueError where one ends in another."""
    lines = text.splitlines(keepends=True)
    found = sorted(found, key=lambda span: (span[0], -span[1]))
    for (_, end, one), (begin, other_end, other) in combinations(found, 2):
        if begin < end < other_end:
            raise ValueError(f"{FILE.name}: {path}: line {end} is of {one} and begins {other}")
    before, after = [""] * len(lines), [""] * len(lines)
    for begin, end, wanting in found:
        if wanting:
            wanted = " or ".join(f"'{name}' in parts" for name in wanting)
            before[begin] += f"«% if {wanted} %»"
            after[end - 1] += "«% endif %»"
        else:
            lines[begin:end] = [""] * (end - begin)
    return "".join(map("".join, zip(before, lines, after, strict=True)))
