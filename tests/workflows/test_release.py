"""release.yml, played in a clean clone: its registry and signatures are real, its engine is not."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts import signatures
from scripts.chart_package import images_of
from scripts.command import output
from tests.programs import HELM, needed
from tests.registry import Registry, key_pair, registry
from tests.release import VERSION, clone, engine, program
from tests.workflows.runner import Outcome, load, machine, play

WORKFLOW = load("release")
CONTEXT: dict[str, Any] = {
    "github": {"ref_name": f"v{VERSION}", "ref": f"refs/tags/v{VERSION}", "token": "secret"}
}


@dataclass
class Job:
    """The machine of the job, in `folder`; what the steps with `uses` bring is there."""

    folder: Path
    place: Registry
    env: dict[str, str]

    def publish(self, **github: str) -> Outcome:
        context = {"github": CONTEXT["github"] | github}
        return play(WORKFLOW, "publish", context, clone(self.folder), self.env)


@contextmanager
def machine_in(folder: Path) -> Iterator[Job]:
    needed(HELM)
    (folder / "registry").mkdir()
    with registry(folder / "registry") as place:
        yield Job(folder, place, machine(folder / "programs") | engine(folder, place))


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    with machine_in(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Job, Outcome]]:
    """A job that has published."""
    with machine_in(tmp_path_factory.mktemp("release")) as made:
        outcome = made.publish()
        assert not outcome.failed, outcome.said
        yield made, outcome


def test_what_is_published_is_signed_and_named(
    published: tuple[Job, Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    job, outcome = published
    folder, place = job.folder, job.place
    image, chart = outcome.outputs["image"], outcome.outputs["chart"]
    assert image.startswith(f"{place.address}/team/notes@sha256:")
    assert chart.startswith(f"oci://{place.address}/team/charts/")
    for name, value in place.keys.items():
        monkeypatch.setenv(name, value)
    assert signatures.refused(image) == signatures.refused(chart.removeprefix("oci://")) == ""
    head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=folder / "work", text=True)
    # The chart's digest alone says which images run.
    pulled = ["pull", chart, "--plain-http", "--untar", "--untardir", str(folder / "pulled")]
    subprocess.run([HELM, *pulled], check=True, capture_output=True)
    (file,) = (folder / "pulled").glob("*/Chart.yaml")
    images = images_of(file.parent)
    assert images[""] == image
    for reference in (chart, *images.values()):
        said = predicate("slsaprovenance1", reference)
        (origin,) = said["buildDefinition"]["resolvedDependencies"]
        assert origin["digest"]["gitCommit"] == head.strip()
    names = {one["name"] for one in predicate("cyclonedx", image)["components"]}
    assert names == {"django", "python"}
    names = {one["name"] for one in predicate("cyclonedx", images["loadtest"])["components"]}
    assert names == {"locust", "python"}
    assert "--platform linux/amd64,linux/arm64 --push" in (folder / "asked").read_text()


def predicate(kind: str, reference: str) -> Any:
    """What was attested of an image or a chart."""
    what = ("verify-attestation", "--type", kind, *signatures.signed_by())
    said = output("cosign", *what, reference.removeprefix("oci://"))
    payload = json.loads(said)["payload"]
    decoded = subprocess.check_output(["base64", "--decode"], input=payload.encode())
    return json.loads(decoded)["predicate"]


def test_the_page_shows_what_was_published(published: tuple[Job, Outcome]) -> None:
    job, outcome = published
    program(job.folder / "programs", "gh", f'echo "$@" > {job.folder}/gh')
    page = play(WORKFLOW, "page", CONTEXT, job.folder / "work", job.env)
    assert not page.failed, page.said
    asked = (job.folder / "gh").read_text()
    assert asked.startswith(f"release create v{VERSION} --verify-tag --title v{VERSION} ")
    for name in ("provenance.json", "sbom.cdx.json", f"-{VERSION}.tgz"):
        assert name in asked
    notes = (job.folder / "work" / "var" / "release" / "notes.md").read_text()
    assert "- A thing." in notes
    assert outcome.outputs["image"] in notes


def test_a_tag_of_another_version_publishes_nothing(job: Job) -> None:
    outcome = job.publish(ref_name="v98.0.0")
    assert outcome.failed
    assert f"The tag is v98.0.0, and the version {VERSION}" in outcome.said
    assert not (job.folder / "asked").exists()


def test_what_cannot_be_verified_is_not_announced(job: Job) -> None:
    key_pair(job.place.folder, "other")
    job.env["COSIGN_PUBLIC_KEY"] = str(job.place.folder / "other.pub")
    outcome = job.publish()
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
