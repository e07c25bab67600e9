"""The shared folder is made, emptied of what is ours, and nobody else's."""

import os
from pathlib import Path

import pytest

from app.serving import switch
from app.serving.runtime_dir import METRICS, clear, make


def test_a_missing_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    assert make(tmp_path / "a" / "b") == tmp_path / "a" / "b" / METRICS
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a" / "b" / METRICS).stat().st_mode & 0o777 == 0o700


def test_only_what_is_ours_is_removed(tmp_path: Path) -> None:
    (tmp_path / METRICS).mkdir()
    ours = [tmp_path / METRICS / "counter_1.db", tmp_path / switch.FILE]
    theirs = tmp_path / "photos"
    for file in [*ours, theirs]:
        file.touch()
    clear(tmp_path)
    assert not [file for file in ours if file.exists()]
    assert theirs.exists()


def test_a_stranger_s_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.touch()
    owner = tmp_path.stat().st_uid
    if owner == 0:
        os.chown(tmp_path, 4711, -1)
    else:
        monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    with pytest.raises(PermissionError, match="belongs to another user"):
        make(tmp_path)
