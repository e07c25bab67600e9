"""What of uv.lock goes with a part: its requirements, and packages that nothing else needs."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from scripts.fork.parts import NEVER, Part, Span

BEGIN = "[[package]]"
REQUIREMENT = re.compile(r'\{ name = "([^"]+)"')
GROUP = re.compile(r"[a-z-]+ = \[")
Node = tuple[str, str]  # a package and one of its extras, "" for itself


def spans(text: str, parts: list[Part]) -> Iterator[Span]:
    """The lines of uv.lock that go with a part, and those that go when several do."""
    lines = text.splitlines()
    begins = [number for number, line in enumerate(lines) if line == BEGIN]
    ends = [*begins[1:], len(lines)]
    packages = tomllib.loads(text)["package"]
    graph = edges(packages)
    owners = {name: part.name for part in parts for name in part.requirements}
    (own,) = (package["name"] for package in packages if package["source"].get("virtual") == ".")
    roots = graph[own, ""]
    needed = reached(graph, {node for node in roots if node[0] not in owners})
    wanted = {
        part.name: reached(graph, {node for node in roots if owners.get(node[0]) == part.name})
        for part in parts
        if part.name != NEVER
    }
    for begin, end, package in zip(begins, ends, packages, strict=True):
        name = package["name"]
        if name == own:
            yield from own_lines(lines, begin, end, owners)
        elif name not in needed:
            yield begin, end, tuple(part for part, names in wanted.items() if name in names)


def own_lines(lines: list[str], begin: int, end: int, owners: dict[str, str]) -> Iterator[Span]:
    """The lines of the project's own requirements; a group goes whole when nothing of it stays."""
    for first in range(begin, end):
        if not GROUP.match(lines[first]):
            continue
        last = first if lines[first].endswith("]") else lines.index("]", first)
        inner = range(first + 1, last) if last > first else range(first, first + 1)
        of = {number: _owner(lines[number], owners) for number in inner}
        one = set(of.values())
        if len(one) == 1 and (owner := one.pop()):
            yield first, last + 1, _wanting(owner)
        else:
            yield from ((n, n + 1, _wanting(owner)) for n, owner in of.items() if owner)


def _owner(line: str, owners: dict[str, str]) -> str | None:
    found = REQUIREMENT.search(line)
    return owners.get(found[1]) if found else None


def _wanting(owner: str) -> tuple[str, ...]:
    return () if owner == NEVER else (owner,)


def edges(packages: Iterable[dict[str, Any]]) -> dict[Node, set[Node]]:
    """What each package asks for by itself, and with each of its extras; the project, with all."""
    graph: dict[Node, set[Node]] = defaultdict(set)
    for package in packages:
        name, own = package["name"], package["source"].get("virtual") == "."
        asked = {"": package.get("dependencies", []), **package.get("optional-dependencies", {})}
        if own:
            groups = [*asked.values(), *package.get("dev-dependencies", {}).values()]
            asked = {"": [dependency for group in groups for dependency in group]}
        for extra, dependencies in asked.items():
            for dependency in dependencies:
                extras = ["", *dependency.get("extra", [])]
                graph[name, extra] |= {(dependency["name"], each) for each in extras}
    return graph


def reached(graph: dict[Node, set[Node]], nodes: set[Node]) -> set[str]:
    """The names of all packages that these lead to."""
    seen: set[Node] = set()
    while nodes:
        seen |= nodes
        nodes = set().union(*(graph[node] for node in nodes)) - seen
    return {name for name, _ in seen}
