"""A fresh clone, and a terminal in it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.postmaster import postmaster
from tests.checkout import committed, copied
from tests.docs.console import Terminal


@pytest.fixture
def clone() -> Iterator[Path]:
    """The project as a newcomer has it, with its environment.

    Not in pytest's own folder: a pytest that a command runs would close that to PostgreSQL's user.
    """
    with tempfile.TemporaryDirectory(prefix="newcomer-") as name:
        yield committed(copied(Path(name) / "clone"), "Begin")
        for left in Path(name).glob("*/var/postgres/data"):
            if (process := postmaster(left)) is not None:
                process.kill()
                process.wait(20)


@pytest.fixture
def terminal(clone: Path) -> Terminal:
    """In the clone."""
    if not shutil.which("curl"):
        pytest.skip("no curl: apt-get install curl")
    return Terminal(clone)
