"""The readiness switch."""

from pathlib import Path

import pytest

from app.serving import switch


def test_is_on_until_it_is_turned_off(tmp_path: Path) -> None:
    assert not switch.is_off(tmp_path)
    switch.off(tmp_path)
    switch.off(tmp_path)
    assert switch.is_off(tmp_path)
    switch.on(tmp_path)
    switch.on(tmp_path)
    assert not switch.is_off(tmp_path)


def test_the_master_forgets_what_an_earlier_one_left(tmp_path: Path) -> None:
    switch.off(tmp_path)
    switch.clear(tmp_path)
    switch.clear(tmp_path)
    assert not switch.is_off(tmp_path)
    switch.clear(tmp_path / "not made yet")


def test_a_missing_folder_is_on_and_cannot_be_switched(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert not switch.is_off(missing)
    with pytest.raises(FileNotFoundError):
        switch.off(missing)
    with pytest.raises(FileNotFoundError):
        switch.on(missing)
