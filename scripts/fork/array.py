"""`make fork-check` and `make fork-all`: forks of many choices, and the gates run in each.

The first makes everything, nothing, and a set in which every pair of choices comes together, lints
and checks each, and runs all tests of everything and nothing; the second adds each choice alone,
and runs all tests of all.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path

from scripts.fork import parts, template
from scripts.fork.tag import git

ROOT = Path(__file__).resolve().parents[2]
LICENCES = ("MIT", *(path.name for path in sorted(template.LICENCES.iterdir())))
CHECK = {"lint": ["make", "lint"], "check": ["make", "manage", "ARGS=check"]}
LINT = CHECK | {
    # What is written by a command is as that command writes it in the fork.
    "written": [
        "make",
        "test",
        "ARGS=tests/test_make.py tests/docs/test_links.py tests/scripts/test_openapi.py "
        "tests/scripts/test_docs.py tests/scripts/test_chart.py",
    ],
}
# Its coverage is what it is here.
TEST = CHECK | {"test": ["make", "test", "ARGS=--numprocesses=logical --dist=loadfile"]}
LINKED = (".venvs", ".mypy_cache")
# Everything and nothing come first.
EXTREMES = 2
WHO = ("-c", "user.name=fork", "-c", "user.email=fork@example.com")
Choice = dict[str, object]


@dataclass
class Fork:
    """One fork: what was chosen, and how many seconds each gate took; `failed` names one."""

    choice: Choice
    seconds: dict[str, float] = field(default_factory=dict)
    failed: str = ""


def pairs(choice: Choice) -> set[tuple[object, ...]]:
    """All pairs of choices that come together in this one."""
    return set(combinations(sorted(choice.items(), key=str), 2))


def covering(values: Mapping[str, Sequence[object]]) -> Iterator[Choice]:
    """Choices in which each pair of values of different questions comes together at least once."""
    rows = [dict(zip(values, row, strict=True)) for row in product(*values.values())]
    left = set().union(*map(pairs, rows))
    while left:
        best = max(rows, key=lambda row: len(pairs(row) & left))
        left -= pairs(best)
        yield best


def choices(*, singles: bool) -> list[Choice]:
    """Everything, nothing, each part alone if wanted, and all pairs; none of them twice."""
    names = [part.name for part in parts.load() if part.name != parts.NEVER]
    everything: Choice = {"licence": LICENCES[0]} | dict.fromkeys(names, True)
    nothing: Choice = {"licence": LICENCES[-1]} | dict.fromkeys(names, False)
    alone = [nothing | {name: True} for name in names] if singles else []
    array = covering({"licence": LICENCES} | dict.fromkeys(names, (True, False)))
    found: list[Choice] = []
    for choice in (everything, nothing, *alone, *array):
        if choice not in found:
            found.append(choice)
    return found


def make(choice: Choice, folder: Path) -> None:
    """Make the fork, named as its folder, with the tools of this checkout.

    Its own environment it makes by itself: in one of this checkout's it would find what its lock
    has not.
    """
    kept = [name for name, wanted in choice.items() if wanted is True]
    answers = ["--data", f"licence={choice['licence']}", "--data", f"parts=[{', '.join(kept)}]"]
    command = [sys.executable, "-m", "scripts.fork", folder.name, str(folder), *answers]
    subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=True)  # noqa: S603 - our own
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, *WHO, "commit", "--quiet", "--message", "Begin")
    # .gitignore names folders, and a link is none: the fork's tests would copy it as a new file.
    (folder / ".git" / "info" / "exclude").write_text("\n".join(LINKED))
    for name in LINKED:
        if (ROOT / name).exists():
            (folder / name).symlink_to((ROOT / name).resolve())


def environment() -> dict[str, str]:
    """Variables for a fork's own make: without those of this checkout's make, and its image."""
    others = ("MAKE", "MFLAGS", "IMAGE")
    return {name: value for name, value in os.environ.items() if not name.startswith(others)}


def run(choice: Choice, gates: Mapping[str, list[str]], folder: Path) -> Fork:
    """Make the fork and run the gates in it, up to the first that fails."""
    fork = Fork(choice)
    for name, command in {"copy": [], **gates}.items():
        began = time.monotonic()
        try:
            if command:
                subprocess.run(command, cwd=folder, env=environment(), check=True)  # noqa: S603 - our own
            else:
                make(choice, folder)
        except subprocess.CalledProcessError:
            fork.failed = name
            break
        finally:
            fork.seconds[name] = time.monotonic() - began
    return fork


def table(forks: Sequence[Fork]) -> str:
    """A line for each fork."""
    lines = []
    for fork in forks:
        chosen = " ".join(
            str(v) if k == "licence" else f"{'+' if v else '-'}{k}" for k, v in fork.choice.items()
        )
        took = " ".join(f"{name} {seconds:.0f} s" for name, seconds in fork.seconds.items())
        lines.append(f"{chosen:40} {took}{f': {fork.failed} FAILED' if fork.failed else ''}")
    return "\n".join(lines)


def main(*, full: bool) -> int:
    """1 when a gate failed in one of the forks."""
    forks = []
    for number, choice in enumerate(choices(singles=full)):
        with tempfile.TemporaryDirectory(prefix=f"fork-{number}-") as name:
            gates = TEST if full or number < EXTREMES else LINT
            forks.append(run(choice, gates, Path(name) / "orders"))
            print(table(forks[-1:]), flush=True)
    print(table(forks))
    return int(any(fork.failed for fork in forks))


if __name__ == "__main__":
    sys.exit(main(full="--test" in sys.argv))
