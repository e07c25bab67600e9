"""The pages about settings say what the code says."""

from config import settings

from scripts import docs


def test_pages_are_fresh() -> None:
    assert docs.PAGE.read_text() == docs.page(), "run make docs"
    assert docs.EXAMPLE.read_text() == docs.example(), "run make docs"


def test_every_setting_has_its_comment() -> None:
    entries = {entry.setting.name: entry for entry in docs.entries()}
    assert list(entries) == [setting.name for setting in settings.env.declared]
    for entry in entries.values():
        assert entry.address.startswith("https://"), entry
        assert entry.words.endswith("."), entry
    assert entries["PORT"].section == "Server"
    assert entries["PORT"].words == "The port that requests come in on."


def test_the_example_can_be_copied() -> None:
    lines = docs.example().splitlines()
    assert "PORT=8000" in lines
    assert "SECRET_KEY=" in lines
    assert "LOG_FORMAT=" in lines
