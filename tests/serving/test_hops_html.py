"""One page that needs nothing else."""

import re
from html.parser import HTMLParser

from app.serving.hops_html import page
from tests.serving.hops_made import made_hop, made_report, made_road, nested

VOID = {"meta", "br"}


class Nesting(HTMLParser):
    """Every element ends where it should."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, _attrs: object) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(text: str) -> Nesting:
    parser = Nesting()
    parser.feed(text)
    assert parser.open == []
    return parser


def test_stands_alone_and_knows_light_and_dark() -> None:
    text = page(made_report(nested()))
    assert "prefers-color-scheme: dark" in text
    assert not parsed(text).seen & {"script", "link", "img", "iframe"}
    assert not re.search(r"url\(|@import|src=|https?:", text)


def test_shows_the_verdict_the_hops_and_what_to_change() -> None:
    found = made_report(nested(), nested())
    text = page(found)
    assert "GET /?a=&lt;b&gt;&amp;c" in text
    assert "<b>" not in text
    assert found.verdict in text
    assert "median of 2" in text
    assert text.count("<tr>") == 3
    assert text.count("<li>") == 1


def test_without_hops_there_is_no_table() -> None:
    seen = parsed(page(made_report(made_road()))).seen
    assert "svg" in seen
    assert not seen & {"table", "ul"}


def test_a_change_without_a_line_is_one_of_the_application() -> None:
    found = made_report(made_road(made_hop(1, 2, 3, 4)))
    [fix] = found.changes
    object.__setattr__(fix, "where", "")
    assert "the ASGI application" in page(found)
