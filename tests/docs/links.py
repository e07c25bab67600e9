"""Links from page to page, as GitHub and the site both follow them."""

import re
from collections.abc import Iterator
from pathlib import Path

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def pages(root: Path) -> list[Path]:
    """All pages of a tree."""
    return sorted([*root.glob("*.md"), *root.glob("docs/*.md"), *root.glob("helm/*.md")])


def anchors(page: Path) -> set[str]:
    """The ids of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(root: Path) -> Iterator[str]:
    """Each link of a tree's pages to a file or heading that it does not have."""
    for page in pages(root):
        for link in LINK.findall(CODE.sub("", page.read_text())):
            path, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:", path):
                continue
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or (anchor and anchor not in anchors(target)):
                yield f"{page.relative_to(root)}: {link}"
