"""The released chart runs the released image, and says which commit it is of."""

import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from scripts import chart_package
from scripts.chart_package import COMMIT, commit_of, image_of
from tests.environment import ROOT
from tests.programs import HELM, needed

IMAGE = f"localhost:5000/team/notes@sha256:{'b' * 64}"


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """A released chart, unpacked."""
    needed(HELM)
    file = chart_package.package(HELM, IMAGE, "c" * 40, tmp_path)
    assert list(tmp_path.iterdir()) == [file]
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    return folder


def test_without_any_values_it_runs_that_image(chart: Path) -> None:
    assert image_of(chart) == IMAGE
    printed = subprocess.check_output([HELM, "template", "x", chart], text=True)
    rendered = [one for one in yaml.safe_load_all(printed) if one]
    manifests = [one for one in rendered if one["kind"] == "Deployment"]
    pods = [one["spec"]["template"]["spec"] for one in manifests]
    images = [one["image"] for pod in pods for one in pod["containers"]]
    assert images.count(IMAGE) == 1


def test_it_says_its_commit(chart: Path) -> None:
    text = (chart / "Chart.yaml").read_text()
    assert yaml.safe_load(text)["annotations"][COMMIT] == commit_of(text) == "c" * 40
    assert commit_of((ROOT / "helm" / "Chart.yaml").read_text()) == ""


def test_the_chart_of_no_release_names_no_digest() -> None:
    with pytest.raises(ValueError, match="it comes from no release"):
        image_of(ROOT / "helm")
