"""copier.yml: the questions, what is wrong with an answer, and what a part left out takes along.

https://copier.readthedocs.io/en/stable/configuring/ has the words. There are no tasks, migrations
or extensions: they need `--trust`, and tasks run again, in the fork's own files, at each update.
"""

import keyword
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.fork.names import Names
from scripts.fork.parts import Part
from scripts.version import CHANGELOG

# Jinja's own delimiters are Helm's, too. These stand nowhere in the tree (template.py looks).
DELIMITERS = {
    "block_start_string": "«%",
    "block_end_string": "%»",
    "comment_start_string": "«#",
    "comment_end_string": "#»",
    "variable_start_string": "«",
    "variable_end_string": "»",
    "keep_trailing_newline": True,
}
# Longer ones leave no room for a release's name in a chart's names.
LONGEST = 40


def reserved(root: Path, folders: Iterable[str]) -> list[str]:
    """Names that something else has: a word of Python's, a locked package, a folder of the tree."""
    lock = tomllib.loads((root / "uv.lock").read_text())["package"]
    own = {package["name"] for package in lock if package["source"].get("virtual")}
    packages = {package["name"] for package in lock} - own
    words = {word.lower() for word in keyword.kwlist}
    return sorted(words | packages | set(folders) | {"test", "python", "service"})


def refused(condition: str, sentence: str) -> str:
    """A validator: the sentence where the condition is false."""
    return f"«% if not ({condition}) %»{sentence}«% endif %»"


def matches(answer: str, pattern: str) -> str:
    """A condition: the whole answer matches."""
    return f"{answer}|regex_search('^({pattern})\\\\Z')"


def left_out(part: Part) -> str:
    """The patterns of a part's files, where it is not wanted."""
    patterns = "\n".join(part.files)
    return f"«% if '{part.name}' not in parts %»{patterns}«% endif %»"


def own(template: str, others: str) -> str:
    """A default: the template's for its own name, so that rendering gives the tree back."""
    return f"«% if own %»{template}«% else %»{others}«% endif %»"


def questions(
    root: Path, names: Names, parts: list[Part], folders: Iterable[str]
) -> dict[str, Any]:
    """The content of copier.yml."""
    taken = " ".join(reserved(root, folders))
    return {
        "_min_copier_version": "9.4.0",
        "_subdirectory": "template",
        "_envops": DELIMITERS,
        "_exclude": [left_out(part) for part in parts],
        # The fork's own from its first day: an update would put the template's into it.
        "_skip_if_exists": [CHANGELOG],
        "name": {
            "type": "str",
            "help": "The service's name (lower-case letters, digits and hyphens, such as orders)",
            "validator": refused(
                f"name|length <= {LONGEST} and {matches('name', '[a-z]([a-z0-9-]*[a-z0-9])?')}",
                "«name» is no name for a service: at most "
                f"{LONGEST} of a-z, 0-9 and hyphens, a letter first and no hyphen last.",
            )
            + refused(
                f"name not in '{taken}'.split()",
                "«name» is the name of something else here: a word of Python's, a package that "
                "is used, or a folder.",
            ),
        },
        "own": {"type": "bool", "default": f"«name == '{names.name}'»", "when": False},
        "title": {
            "type": "str",
            "default": "«name.replace('-', ' ').capitalize()»",
            "when": False,
        },
        "version": {"type": "str", "default": own(names.version, "0.1.0"), "when": False},
        "description": {
            "type": "str",
            "help": "What it does, in one sentence",
            "default": own(names.description, "The service «name»."),
            "validator": refused(
                matches("description", r"[^\"\\\\\\x00-\\x1f]{1,200}"),
                "A description is one line of at most 200 characters, none a quote or backslash.",
            ),
        },
        "organisation": {
            "type": "str",
            "help": "The organisation on GitHub that it belongs to",
            "default": own(names.organisation, "example"),
            "validator": refused(
                matches("organisation", "[A-Za-z0-9](-?[A-Za-z0-9]){0,38}"),
                "«organisation» is no organisation on GitHub.",
            ),
        },
        "registry": {
            "type": "str",
            "help": "Where its images go, without the name at the end",
            "default": own(names.registry, "ghcr.io/«organisation|lower»"),
            "validator": refused(
                matches("registry", r"[a-z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9]+([._-][a-z0-9]+)*)*"),
                "«registry» is no registry, such as ghcr.io/acme or registry.example.com:5000/a.",
            ),
        },
        "licence": {
            "type": "str",
            "help": "Its licence",
            "default": "MIT",
            "choices": {
                "MIT": "MIT",
                "Apache 2.0": "Apache-2.0",
                "none, all rights reserved": "LicenseRef-Proprietary",
            },
        },
        "parts": {
            "type": "str",
            "help": "What to keep",
            "multiselect": True,
            "default": [part.name for part in parts],
            "choices": {part.help: part.name for part in parts},
        },
    }
