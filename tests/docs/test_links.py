"""No link leads nowhere."""

from pathlib import Path

import pytest

from tests.docs import links
from tests.environment import ROOT


def test_every_link_leads_somewhere() -> None:
    assert len(links.pages(ROOT)) > 10
    assert list(links.broken(ROOT)) == []


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("b.md", True),
        ("b.md#the-end-of-it", True),
        ("#a", True),
        ("https://example.com/x", True),
        ("c.md", False),
        ("b.md#other", False),
        ("#the-end-of-it", False),
    ],
)
def test_a_link_that_leads_nowhere_is_named(tmp_path: Path, link: str, *, leads: bool) -> None:
    (tmp_path / "a.md").write_text(f"# A\n\n[x]({link})\n\n```\n# no heading [x](nowhere)\n```\n")
    (tmp_path / "b.md").write_text("# B\n\n## The `end` of it\n")
    assert list(links.broken(tmp_path)) == ([] if leads else [f"a.md: {link}"])
