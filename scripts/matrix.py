"""`make test-all`: all tests on every supported Python and Django, one environment for each pair.

Django 5.2 is the one in uv.lock. Django 6.0 is resolved beside the lock: everything else stays as
it is locked. Each environment says itself what it runs.
"""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scripts.command import printed

ROOT = Path(__file__).resolve().parent.parent
GROUPS = ("--no-default-groups", "--group", "run", "--group", "test", "--group", "chart")
LOCKED = "locked"
CELLS = (
    ("3.11", LOCKED),
    ("3.12", LOCKED),
    ("3.13", LOCKED),
    ("3.12", "6.0"),
    ("3.13", "6.0"),
)
command = partial(printed, ROOT)
WHAT = "import platform, django; print(platform.python_version(), django.get_version())"


@dataclass
class Cell:
    """One environment: which Python, and which Django if not the locked one."""

    python: str
    django: str

    @property
    def folder(self) -> Path:
        """Where its environment stands."""
        return ROOT / ".venvs" / f"py{self.python}-django-{self.django}"

    @property
    def interpreter(self) -> str:
        """The Python of its environment."""
        return str(self.folder / "bin" / "python")


def prepare(uv: str, cell: Cell) -> None:
    """Make the environment of a cell what it should be."""
    base = command("scripts/python", cell.python)
    if cell.django == LOCKED:
        place = {"UV_PROJECT_ENVIRONMENT": str(cell.folder)}
        command(uv, "sync", "--quiet", "--locked", *GROUPS, "--python", base, **place)
        return
    names = ("--no-hashes", "--no-emit-package", "django", "--quiet")
    wanted = command(uv, "export", "--locked", *GROUPS, *names)
    requirements = cell.folder.with_suffix(".txt")
    requirements.write_text(f"{wanted}\ndjango=={cell.django}.*\n")
    command(uv, "venv", "--quiet", "--allow-existing", "--python", base, str(cell.folder))
    # Without our pyproject.toml, which holds Django below 6 for the lock.
    install = (uv, "pip", "install", "--no-config", "--quiet", "--python", cell.interpreter)
    command(*install, "--exact", "-r", str(requirements))


def test(cell: Cell) -> int:
    """Run the tests in it; pytest's exit status."""
    pytest = [cell.interpreter, "-m", "pytest", "-q", "--numprocesses=logical", "--dist=loadfile"]
    return subprocess.run(pytest, cwd=ROOT, check=False).returncode  # noqa: S603 - our own


def main(uv: str, cells: Sequence[Cell]) -> int:
    """Prepare and test all, print the matrix; 0 when all passed."""
    rows = []
    for cell in cells:
        try:
            prepare(uv, cell)
            python, django = command(cell.interpreter, "-c", WHAT).split()
            print(f"Python {python}, Django {django}", flush=True)
            result = "passed" if test(cell) == 0 else "FAILED"
        except subprocess.CalledProcessError as error:
            python, django = cell.python, cell.django
            result = f"FAILED: {' '.join(error.cmd[:2])} ended with {error.returncode}"
        rows.append((python, django, result))
    print(f"{'Python':10}{'Django':10}Tests")
    for python, django, result in rows:
        print(f"{python:10}{django:10}{result}")
    return int(any(result != "passed" for _, _, result in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], [Cell(*names) for names in CELLS]))
