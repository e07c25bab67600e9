"""The released chart runs the released image, and says which commit it is of."""

import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from scripts import chart_package
from scripts.chart_package import COMMIT, commit_of, images_of, named
from tests.environment import ROOT
from tests.programs import HELM, needed

IMAGES = {"": f"localhost:5000/team/notes@sha256:{'b' * 64}"}
IMAGES["loadtest"] = f"localhost:5000/team/notes@sha256:{'d' * 64}"


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """A released chart, unpacked."""
    needed(HELM)
    more = {"artifacthub.io/prerelease": "false", "x/quoted": 'a: "b"'}
    file = chart_package.package(HELM, IMAGES, "c" * 40, tmp_path, more)
    assert list(tmp_path.iterdir()) == [file]
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    return folder


def test_without_any_values_it_runs_those_images(chart: Path) -> None:
    assert images_of(chart) == IMAGES
    printed = subprocess.check_output([HELM, "template", "x", chart], text=True)
    rendered = [one for one in yaml.safe_load_all(printed) if one]
    of = {one["kind"]: one["spec"] for one in rendered if "spec" in one}
    (web,) = of["Deployment"]["template"]["spec"]["containers"]
    assert web["image"] == IMAGES[""]
    (loadtest,) = of["CronJob"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert loadtest["image"] == IMAGES["loadtest"]


def test_it_says_its_commit(chart: Path) -> None:
    text = (chart / "Chart.yaml").read_text()
    annotations = yaml.safe_load(text)["annotations"]
    assert annotations[COMMIT] == commit_of(text) == "c" * 40
    assert annotations["artifacthub.io/prerelease"] == "false"
    assert annotations["x/quoted"] == 'a: "b"'
    assert commit_of((ROOT / "helm" / "Chart.yaml").read_text()) == ""


def test_the_chart_of_no_release_names_no_digest() -> None:
    with pytest.raises(ValueError, match="it comes from no release"):
        images_of(ROOT / "helm")


def test_an_image_without_a_place_is_no_release() -> None:
    values = (ROOT / "helm" / "values.yaml").read_text()
    with pytest.raises(ValueError, match="not each image has repository, tag and digest"):
        named(values, IMAGES | {"other": f"localhost:5000/team/notes@sha256:{'e' * 64}"})
