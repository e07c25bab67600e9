"""CHANGELOG.md: what is unreleased gets a version and a day, once."""

import datetime

import pytest

from scripts.changelog import released, sections

DAY = datetime.date(2026, 11, 28)
TEXT = """\
# Changelog

## Unreleased

### Added

- A thing.

## 0.1.0 - 2026-01-01

- The first.
"""


def test_each_version_has_its_section() -> None:
    assert sections(TEXT) == {"Unreleased": "### Added\n\n- A thing.", "0.1.0": "- The first."}


def test_a_release_takes_all_that_was_unreleased() -> None:
    after = sections(released(TEXT, "0.2.0", DAY))
    assert list(after.items()) == [
        ("Unreleased", ""),
        ("0.2.0", "### Added\n\n- A thing."),
        ("0.1.0", "- The first."),
    ]
    assert "## 0.2.0 - 2026-11-28\n" in released(TEXT, "0.2.0", DAY)


def test_a_version_comes_out_once() -> None:
    with pytest.raises(ValueError, match=r"0\.1\.0 is there already"):
        released(TEXT, "0.1.0", DAY)


@pytest.mark.parametrize("text", [TEXT.replace("### Added\n\n- A thing.\n", ""), "# Changelog\n"])
def test_a_release_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="nothing stands under Unreleased"):
        released(text, "0.2.0", DAY)
