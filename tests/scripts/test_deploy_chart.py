"""Which charts may be deployed: those that are signed, with their image, and are not overtaken."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import chart_package, signatures
from scripts.deploy_chart import commit, fetched, overtaken, runs
from scripts.release import pushed_chart
from tests.checkout import git
from tests.environment import ROOT
from tests.programs import HELM, needed
from tests.registry import Registry, registry
from tests.release import program


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    needed(HELM)
    with registry(tmp_path_factory.mktemp("registry")) as made:
        yield made


@pytest.fixture
def image(place: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """An image that nobody has signed yet."""
    for name, value in {**place.keys, "HELM": HELM}.items():
        monkeypatch.setenv(name, value)
    program(tmp_path / "programs", "helm", f'exec {HELM} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "programs"), prepend=":")
    return f"{place.address}/notes@{place.put('notes', '1', str(tmp_path).encode())}"


def published(image: str, folder: Path) -> str:
    """A chart that runs it, signed."""
    folder.mkdir()
    file = chart_package.package(HELM, {"": image}, "c" * 40, folder, {})
    chart = pushed_chart(file, f"oci://{image.partition('/')[0]}/charts")
    signatures.sign(chart.removeprefix("oci://"))
    return chart


def test_a_signed_chart_with_a_signed_image_is_taken(image: str, tmp_path: Path) -> None:
    signatures.sign(image)
    chart = published(image, tmp_path / "package")
    folder, found = fetched(chart, tmp_path / "pulled")
    assert found == image
    assert commit(folder) == "c" * 40


def test_a_signed_chart_with_an_image_that_is_not_is_refused(image: str, tmp_path: Path) -> None:
    chart = published(image, tmp_path / "package")
    with pytest.raises(ValueError, match=f"^{image} is not what was released"):
        fetched(chart, tmp_path / "pulled")


def test_a_chart_that_was_tampered_with_in_the_registry_is_refused(
    image: str, place: Registry, tmp_path: Path
) -> None:
    signatures.sign(image)
    chart = published(image, tmp_path / "package")
    digest = chart.rpartition("sha256:")[2]
    manifest = place.folder / "data/docker/registry/v2/blobs/sha256" / digest[:2] / digest / "data"
    manifest.write_text(manifest.read_text().replace('"schemaVersion":2', '"schemaVersion": 2'))
    with pytest.raises(ValueError, match=r"is not what was released|cannot be had as"):
        fetched(chart, tmp_path / "pulled")


def test_the_chart_of_the_checkout_asks_nobody(tmp_path: Path) -> None:
    assert fetched(str(ROOT / "helm"), tmp_path) == (ROOT / "helm", "")


def test_values_cannot_put_another_image_in_its_place() -> None:
    mine = f"localhost:5000/notes@sha256:{'a' * 64}"
    manifest = f'containers:\n  - name: web\n    image: "{mine}"\n'
    runs(manifest, mine)
    runs(manifest, "")
    with pytest.raises(ValueError, match="VALUES run another image than the chart's"):
        runs(manifest.replace("notes@", "other@"), mine)


@pytest.fixture
def commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two commits of a repository, the older first."""
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "--quiet")
    for _ in range(2):
        git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "x")
    listed = subprocess.check_output(["git", "rev-list", "--reverse", "HEAD"], text=True)
    return listed.split()


def test_the_older_of_two_commits_is_overtaken(commits: list[str]) -> None:
    older, newer = commits
    assert overtaken(older, newer).startswith(f"{older} is older than {newer}, ")
    assert overtaken(newer, older) == overtaken(newer, newer) == ""
    assert overtaken("", newer) == overtaken(older, "") == ""


def test_what_git_does_not_know_is_not_taken_for_newer(commits: list[str]) -> None:
    assert "git fetch --tags, or OLDER=true" in overtaken("f" * 40, commits[0])
