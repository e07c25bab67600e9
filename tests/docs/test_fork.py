"""docs/fork.md: a service of one's own, up to its first answer."""

import sys

import pytest
import yaml

from tests.docs.console import Terminal, commands
from tests.environment import ROOT
from tests.scripts.fork.copies import ORIGIN

WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "x"), ("EMAIL", "x@example.com"))
}


@pytest.mark.timeout(600)
def test_a_service_of_ones_own(terminal: Terminal) -> None:
    terminal.env |= WHO
    make, enter, begin, run = commands("docs/fork.md", "")
    assert "orders is in ../orders" in terminal.type(make)
    there = Terminal((terminal.folder / enter.removeprefix("cd ")).resolve(), WHO)
    there.type(begin)
    (there.folder / ".venv").symlink_to(sys.prefix)
    (there.folder / ".venvs").symlink_to(ROOT / ".venvs")
    with there.serving(run):
        assert '"name":"orders"' in there.type("curl -s localhost:8000/version").replace(" ", "")
    there.folder.rename(there.folder.with_name("first"))
    (answered,) = commands("docs/fork.md", "To answer without being asked")
    terminal.type(answered)
    answers = yaml.safe_load((there.folder / ORIGIN).read_text())
    assert (answers["organisation"], answers["parts"]) == ("acme", [])
