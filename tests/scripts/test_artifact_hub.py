"""What Artifact Hub shows of a chart is of the kinds and forms that it takes."""

import re
import uuid

import yaml

from scripts import artifact_hub, changelog
from scripts.version import CHANGELOG
from tests.environment import ROOT

# https://artifacthub.io/docs/topics/annotations/helm/
KINDS = {"added", "changed", "deprecated", "removed", "fixed", "security"}
CATEGORIES = {
    "ai-machine-learning",
    "database",
    "integration-delivery",
    "monitoring-logging",
    "networking",
    "security",
    "skip-prediction",
    "storage",
    "streaming-messaging",
}
IMAGE = f"ghcr.io/team/notes@sha256:{'b' * 64}"
SOURCE = "https://github.com/team/notes"
NEWS = """\
- Something else.

### Added

- A thing, told
  in two lines.
- Another: "quoted".

### Security

- A hole less.
"""


def made(version: str, news: str) -> dict[str, object]:
    found = artifact_hub.annotations({"": IMAGE, "worker": IMAGE}, SOURCE, version, news)
    assert all(isinstance(value, str) for value in found.values())
    return {
        name.removeprefix("artifacthub.io/"): yaml.safe_load(text) for name, text in found.items()
    }


def test_changes_are_those_of_the_changelog() -> None:
    assert made("1.2.3", NEWS)["changes"] == [
        {"kind": "changed", "description": "Something else."},
        {"kind": "added", "description": "A thing, told in two lines."},
        {"kind": "added", "description": 'Another: "quoted".'},
        {"kind": "security", "description": "A hole less."},
    ]


def test_the_projects_own_changelog_has_known_kinds_only() -> None:
    for news in changelog.sections((ROOT / CHANGELOG).read_text()).values():
        assert {change["kind"] for change in artifact_hub.changes(news)} <= KINDS
        assert len(artifact_hub.changes(news)) == len(re.findall("^- ", news, re.MULTILINE))


def test_images_links_and_what_a_version_is() -> None:
    found = made("1.2.3", NEWS)
    assert found["images"] == [
        {"name": "service", "image": IMAGE},
        {"name": "worker", "image": IMAGE},
    ]
    assert {"name": "source", "url": SOURCE} in found["links"]  # type: ignore[operator] # a list
    assert (found["containsSecurityUpdates"], found["prerelease"]) == (True, False)
    found = made("1.2.3-rc.1", "- A thing.")
    assert (found["containsSecurityUpdates"], found["prerelease"]) == (False, True)


def test_the_chart_says_its_category_and_licence() -> None:
    annotations = yaml.safe_load((ROOT / "helm" / "Chart.yaml").read_text())["annotations"]
    assert annotations["artifacthub.io/category"] in CATEGORIES
    assert annotations["artifacthub.io/license"]


def test_the_repository_is_claimed_by_an_id() -> None:
    repository = yaml.safe_load((ROOT / "artifacthub-repo.yml").read_text())
    assert set(repository) <= {"repositoryID", "owners", "ignore"}
    assert uuid.UUID(repository["repositoryID"])
