"""The shared folder is made, and a stranger's is not used."""

import os
from pathlib import Path

import pytest

from app.serving.runtime_dir import METRICS, make


def test_a_missing_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    assert make(tmp_path / "a" / "b") == tmp_path / "a" / "b" / METRICS
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a" / "b" / METRICS).stat().st_mode & 0o777 == 0o700


def test_a_stranger_s_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.touch()
    owner = tmp_path.stat().st_uid
    if owner == 0:
        os.chown(tmp_path, 4711, -1)
    else:
        monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    with pytest.raises(PermissionError, match="belongs to another user"):
        make(tmp_path)
