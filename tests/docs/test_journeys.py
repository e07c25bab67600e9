"""Every command of a journey is played by a test, from the page."""

import pytest

from tests.docs.console import commands, sections
from tests.environment import ROOT

JOURNEYS = {
    "README.md",
    "docs/deploy.md",
    "docs/endpoint.md",
    "docs/fork.md",
    "docs/hops.md",
    "docs/install.md",
    "docs/loadtest.md",
    "docs/run.md",
    "docs/synchronous.md",
    "docs/test.md",
}
# What needs a registry, a key or an engine is played there in the same words, with other values.
ELSEWHERE = {
    ("docs/deploy.md", "Release"): "tests/rehearsal/conftest.py",
    ("docs/deploy.md", "Verify"): "tests/scripts/test_signatures.py",
    ("docs/deploy.md", "From GitHub"): "tests/rehearsal/conftest.py",
    ("docs/install.md", "Build the image"): "tests/image/test_serving.py",
    ("docs/loadtest.md", "The report"): "tests/e2e/story_loadtest.py",
    ("docs/loadtest.md", "On the cluster"): "tests/e2e/story_loadtest.py",
    ("docs/run.md", "See it on a dashboard"): "tests/scripts/test_compose.py",
    ("docs/test.md", "On a cluster"): ".ci/run",
}
TESTS = [path.read_text() for path in ROOT.glob("tests/[de]*/*.py")]
CONSOLES = [
    (page, heading)
    for page in sorted(JOURNEYS)
    for heading in sections(ROOT / page)
    if commands(page, heading)
]


def test_every_journey_has_commands() -> None:
    assert {page for page, _ in CONSOLES} == JOURNEYS
    assert set(ELSEWHERE) <= set(CONSOLES)


@pytest.mark.parametrize(("page", "heading"), CONSOLES)
def test_commands_are_played(page: str, heading: str) -> None:
    call = f'commands("{page}", "{heading}")'
    playing = [text for text in TESTS if call in text]
    if (page, heading) in ELSEWHERE:
        assert not playing
        assert (ROOT / ELSEWHERE[page, heading]).is_file()
    else:
        assert playing, f"no test says {call}"


def test_from_a_clone_to_a_pod_it_is_five_commands() -> None:
    assert len(commands("README.md", "From a clone to a pod")) == 5
