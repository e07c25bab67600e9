"""Parts: whole files, and some lines of others, that a fork may leave out or never has."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

FILE = Path(__file__).with_name("parts.toml")
NEVER = "never"
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
        begin = find(entry[0])
        end = find(entry[1], begin + 1) if entry[1] else len(lines)
        while not entry[1] and not lines[begin - 1]:
            begin -= 1  # a file does not end in empty lines
        yield begin, end, wanting
    if path == "pyproject.toml":
        for name in part.requirements:
            number = find(f'    "{name}')
            yield number, number + 1, wanting


def conditional(path: str, text: str, found: list[Span]) -> str:
    """The text with a condition around each span. Raises ValueError where two overlap."""
    lines = text.splitlines(keepends=True)
    found = sorted(found)
    for (_, end, one), (begin, _, other) in pairwise(found):
        if begin < end:
            raise ValueError(f"{FILE.name}: {path}: line {begin + 1} is of {one} and of {other}")
    for begin, end, wanting in reversed(found):
        wanted = " or ".join(f"'{name}' in parts" for name in wanting)
        kept = "".join(lines[begin:end])
        lines[begin:end] = [f"«% if {wanted} %»{kept}«% endif %»"] if wanting else []
    return "".join(lines)
