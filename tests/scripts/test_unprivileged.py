"""Root hands PostgreSQL to nobody; anybody else runs it as themselves."""

import os
import pwd
import subprocess
from pathlib import Path

import pytest

from scripts.unprivileged import as_user, hand_over, open_way_to


def test_anybody_but_root_stays_who_they_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    tmp_path.chmod(0o700)
    file = tmp_path / "file"
    file.touch()
    hand_over(file)
    open_way_to(file)
    assert as_user() == {}
    assert file.stat().st_uid == os.getuid()
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another")
def test_root_becomes_nobody_and_opens_no_more_than_the_way(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    file = tmp_path / "file"
    file.write_text("content")
    hand_over(file)
    assert file.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert tmp_path.stat().st_mode & 0o777 == 0o701
    done = subprocess.run(["cat", str(file)], capture_output=True, check=True, **as_user())
    assert done.stdout == b"content"
    looked = subprocess.run(["ls", str(tmp_path)], capture_output=True, check=False, **as_user())
    assert looked.returncode != 0
