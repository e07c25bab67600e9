"""docs/synchronous.md: its commands find as many hops as its table says."""

import re

import pytest

from tests.docs.console import Terminal, commands
from tests.environment import ROOT


@pytest.mark.timeout(600)
def test_each_stack_has_the_hops_that_the_page_says(terminal: Terminal) -> None:
    page = (ROOT / "docs" / "synchronous.md").read_text()
    said = [
        terminal.type(command)
        for command in commands("docs/synchronous.md", "What is usually advised")
    ]
    found = [re.findall(r"^(\d+) hops", text, re.MULTILINE)[0] for text in said]
    assert found == re.findall(r"^\| [^|]+ \| (\d+) \| [^|]+ \|$", page, re.MULTILINE)
    assert "synchronous middleware" in said[0]
    fix = "'django.middleware.csrf.CsrfViewMiddleware': MiddlewareMixin calls its process_request"
    assert fix in said[1]
    assert fix in page
