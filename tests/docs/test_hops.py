"""docs/hops.md: what leaves the event loop is found as the page says."""

import os

import pytest

from tests.docs.console import Terminal, commands, console


@pytest.mark.timeout(600)
def test_find_a_hop(terminal: Terminal, postgres: str) -> None:
    names = ("SECRET_KEY", "ALLOWED_HOSTS", "AUTH_SECRET")
    terminal.env |= {name: os.environ[name] for name in names} | {"DATABASE_URL": postgres}
    terminal.env["PATH"] = f"{terminal.folder / '.venv' / 'bin'}:{terminal.env['PATH']}"
    terminal.other["/my/view/"] = "/version"
    find, draw, gate = commands("docs/hops.md", "`manage.py hops`")
    told = "0 hops: this request never leaves the event loop."
    assert told in console("docs/hops.md", "`manage.py hops`")
    assert told in terminal.type(find)
    terminal.type(draw)
    assert "<svg" in (terminal.folder / "hops.html").read_text()
    terminal.type(gate)
