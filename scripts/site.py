"""Hooks of MkDocs (`make site`): pages and pictures from outside docs/, and links that lead there.

https://www.mkdocs.org/user-guide/configuration/#hooks
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
# What stands elsewhere, by the name that it has in the site.
PAGES = {
    "index.md": "README.md",
    "chart.md": "helm/README.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
    "changelog.md": "CHANGELOG.md",
}
NAMES = {path: name for name, path in PAGES.items()}
LINK = re.compile(r"(\]\()(?![a-z]+:|#)([^)\s#]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Take in the pages that stand elsewhere."""
    for name, path in PAGES.items():
        files.append(File.generated(config, name, content=(ROOT / path).read_text()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links lead to the site's own pages, and to the repository where there is none.

    A picture from elsewhere is taken in: a page of the repository is no picture, and nothing is
    fetched.
    """
    source = config.extra["social"][0]["link"]
    here = posixpath.dirname(PAGES.get(page.file.src_uri, f"docs/{page.file.src_uri}"))

    def link(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(here, found[2]))
        name = NAMES.get(path, path.removeprefix("docs/"))
        known = files.get_file_from_path(name)
        picture = path.endswith(".svg") and (ROOT / path).exists()
        if picture and not known:
            files.append(File.generated(config, name, abs_src_path=str(ROOT / path)))
        if picture or path in NAMES or (path.startswith("docs/") and known):
            return found[1] + posixpath.relpath(name, posixpath.dirname(page.file.src_uri) or ".")
        # One that leads nowhere stays as it is, for MkDocs to name it.
        return f"{found[1]}{source}/blob/main/{path}" if (ROOT / path).exists() else found[0]

    return LINK.sub(link, markdown)
