"""A process id is taken for PostgreSQL's only when it is."""

import os
from pathlib import Path

import pytest

from scripts.postmaster import kill, postmaster


@pytest.mark.parametrize("content", [None, "", "no number\n", "99999999\n", "{this process}\n"])
def test_nothing_else_is_taken_for_it_or_killed(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        content = content.replace("{this process}", str(os.getpid()))
        (tmp_path / "postmaster.pid").write_text(content)
    assert postmaster(tmp_path) is None
    kill(tmp_path, 1)
