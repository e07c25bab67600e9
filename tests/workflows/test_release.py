"""release.yml, played in a clean clone: its registry and signatures are real, its engine is not."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts import signatures
from scripts.chart_package import image_of
from scripts.command import output
from tests.programs import HELM, needed
from tests.registry import Registry, key_pair, registry
from tests.release import VERSION, clone, engine, program
from tests.workflows.runner import Outcome, load, machine, play

WORKFLOW = load("release")
CONTEXT: dict[str, Any] = {
    "github": {"ref_name": f"v{VERSION}", "ref": f"refs/tags/v{VERSION}", "token": "secret"}
}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Registry]:
    needed(HELM)
    (tmp_path / "registry").mkdir()
    with registry(tmp_path / "registry") as made:
        yield made


@pytest.fixture
def env(tmp_path: Path, place: Registry) -> dict[str, str]:
    """The machine of a job: what the steps with `uses` bring is there."""
    return machine(tmp_path / "programs") | engine(tmp_path, place)


def published(tmp_path: Path, env: dict[str, str]) -> Outcome:
    return play(WORKFLOW, "publish", CONTEXT, clone(tmp_path), env)


def test_what_is_published_is_signed_and_named(
    tmp_path: Path, place: Registry, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = published(tmp_path, env)
    assert not outcome.failed, outcome.said
    image, chart = outcome.outputs["image"], outcome.outputs["chart"]
    assert image.startswith(f"{place.address}/team/notes@sha256:")
    assert chart.startswith(f"oci://{place.address}/team/charts/")
    for name, value in place.keys.items():
        monkeypatch.setenv(name, value)
    assert signatures.refused(image) == signatures.refused(chart.removeprefix("oci://")) == ""
    for kind, reference in (("slsaprovenance1", chart), ("slsaprovenance1", image)):
        said = predicate(kind, reference)
        (commit,) = said["buildDefinition"]["resolvedDependencies"]
        head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=tmp_path / "work")
        assert commit["digest"]["gitCommit"] == head.decode().strip()
    names = {one["name"] for one in predicate("cyclonedx", image)["components"]}
    assert names == {"django", "python"}
    # The chart's digest alone says which image runs.
    pulled = ["pull", chart, "--plain-http", "--untar", "--untardir", str(tmp_path / "pulled")]
    subprocess.run([HELM, *pulled], check=True, capture_output=True)
    (file,) = (tmp_path / "pulled").glob("*/Chart.yaml")
    assert image_of(file.parent) == image
    assert "--platform linux/amd64,linux/arm64 --push" in (tmp_path / "asked").read_text()


def predicate(kind: str, reference: str) -> Any:
    """What was attested of an image or a chart."""
    what = ("verify-attestation", "--type", kind, *signatures.signed_by())
    said = output("cosign", *what, reference.removeprefix("oci://"))
    payload = json.loads(said)["payload"]
    decoded = subprocess.check_output(["base64", "--decode"], input=payload.encode())
    return json.loads(decoded)["predicate"]


def test_the_page_shows_what_was_published(tmp_path: Path, env: dict[str, str]) -> None:
    outcome = published(tmp_path, env)
    program(tmp_path / "programs", "gh", f'echo "$@" > {tmp_path}/gh; echo "$GH_TOKEN" >&2')
    page = play(WORKFLOW, "page", CONTEXT, tmp_path / "work", env)
    assert not page.failed, page.said
    asked = (tmp_path / "gh").read_text()
    assert asked.startswith(f"release create v{VERSION} --verify-tag --title v{VERSION} ")
    for name in ("provenance.json", "sbom.cdx.json", f"-{VERSION}.tgz"):
        assert name in asked
    notes = (tmp_path / "work" / "var" / "release" / "notes.md").read_text()
    assert "- A thing." in notes
    assert outcome.outputs["image"] in notes


def test_a_tag_of_another_version_publishes_nothing(tmp_path: Path, env: dict[str, str]) -> None:
    other = CONTEXT | {"github": CONTEXT["github"] | {"ref_name": "v98.0.0"}}
    outcome = play(WORKFLOW, "publish", other, clone(tmp_path), env)
    assert outcome.failed
    assert f"The tag is v98.0.0, and the version {VERSION}" in outcome.said
    assert not (tmp_path / "asked").exists()


def test_what_cannot_be_verified_is_not_announced(
    tmp_path: Path, place: Registry, env: dict[str, str]
) -> None:
    key_pair(place.folder, "other")
    other = {"COSIGN_PUBLIC_KEY": str(place.folder / "other.pub")}
    outcome = published(tmp_path, env | other)
    assert outcome.failed
    assert "is not what was released" in outcome.said
    assert outcome.outputs == {"image": "", "chart": ""}


def test_gates_come_first_and_each_job_has_its_own_rights() -> None:
    jobs = WORKFLOW["jobs"]
    assert jobs["gates"]["uses"] == "$/.github/workflows/ci.yml"
    assert jobs["publish"]["needs"] == "gates"
    assert {name: set(job["permissions"]) for name, job in jobs.items()} == {
        "gates": {"contents"},
        "publish": {"contents", "packages", "id-token"},
        "page": {"contents"},
    }
    assert not WORKFLOW["concurrency"]["cancel-in-progress"]
