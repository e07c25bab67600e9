"""A fork with everything and one with nothing, installed beside each other in one namespace."""

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.fork import array, names
from tests.e2e import images
from tests.e2e.cluster import get, helm, kubectl, missing, run, wait
from tests.e2e.release import Release
from tests.e2e.stage import namespace, python
from tests.environment import ROOT

EVERYTHING, NOTHING = array.choices(singles=False)[:2]
CHOICES = {"orders": EVERYTHING, "billing": NOTHING}
# Of each file and its path, and of what the processes see.
TRACES = """
import os, pathlib, sys
word = sys.argv[1].encode()
for root in ("/app", "/opt"):
    for path in pathlib.Path(root).rglob("*"):
        if word in bytes(path).lower() or path.is_file() and word in path.read_bytes().lower():
            print(path)
for name, value in os.environ.items():
    if word in f"{name}={value}".encode().lower():
        print(name)
"""
METRICS = """
import urllib.request
print(urllib.request.urlopen("http://localhost:9464/metrics", timeout=5).read().decode())
"""


@dataclass(frozen=True)
class Fork:
    """One of the two, with its images built."""

    folder: Path
    images: tuple[str, ...]
    release: Release


def built(name: str, folder: Path, space: str) -> Fork:
    """Make the fork and its images."""
    array.make(CHOICES[name], folder / name)
    asked = ["image", "image-loadtest"] if CHOICES[name]["loadtest"] else ["image"]
    subprocess.run(["make", *asked], cwd=folder / name, env=array.environment(), check=True)
    chart = folder / name / "helm"
    made = set(re.findall(r'image: "?([^"\s]+)', helm("template", "x", str(chart))))
    own = tuple(sorted(image for image in made if f"/{name}:" in image))
    return Fork(folder / name, own, Release(name, space, {}, fullname=name, chart=chart))


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Fork]]:
    """Both, with their images in the cluster, and nothing installed."""
    if lacks := [one for one in missing(os.environ) if "prometheus" not in one]:
        pytest.exit("The story needs\n  " + "\n  ".join(lacks), returncode=1)
    folder = tmp_path_factory.mktemp("forks")
    with namespace("forks") as space, tempfile.NamedTemporaryFile(suffix=".tar") as archive:
        made = [built(name, folder, space) for name in CHOICES]
        own = [image for fork in made for image in fork.images]
        _, database = images.default_images()
        run("docker", "save", "--output", archive.name, *own, database)
        run(*shlex.split(os.environ["IMAGE_LOAD"]), archive.name)
        yield made
        run("docker", "image", "rm", *own)


def test_nothing_in_an_image_names_the_template(forks: list[Fork]) -> None:
    word = names.read(ROOT).name
    assert [len(fork.images) for fork in forks] == [2, 1]
    for image in (image for fork in forks for image in fork.images):
        found = run("docker", "run", "--rm", "--entrypoint", "python", image, "-c", TRACES, word)
        assert found == "", f"{image}: {found}"
        config = run("docker", "image", "inspect", "--format={{json .Config}}", image)
        about = config + run("docker", "history", "--no-trunc", image)
        assert word not in about.lower()


def test_both_stand_in_one_namespace_and_each_is_itself(forks: list[Fork]) -> None:
    for fork in forks:
        release = fork.release
        release.upgrade()
        helm("test", release.name, "--namespace", release.namespace)
    for fork, other in (forks, forks[::-1]):
        release = fork.release
        assert release.names()
        assert release.names().isdisjoint(other.release.names())
        pods = [pod["status"]["podIP"] for pod in release.pods()]
        slices = f"--selector=kubernetes.io/service-name={release.fullname}"
        (ports,) = get("--namespace", release.namespace, "endpointslices", slices)["items"]
        assert sorted(one["addresses"][0] for one in ports["endpoints"]) == sorted(pods)
        metrics = python(release.namespace, sorted(release.names())[0], METRICS)
        assert "asgi_build_info{" in metrics
        assert names.read(ROOT).name not in metrics.lower()


def test_one_goes_and_the_other_stays(forks: list[Fork]) -> None:
    goes, stays = (fork.release for fork in forks)
    before = stays.names()
    helm("uninstall", goes.name, "--namespace", goes.namespace, "--wait", "--timeout", "180s")
    # Helm does not wait for the pods of what it deletes.
    wait("its pods are gone", lambda: not goes.names())
    assert stays.names() == before
    helm("test", stays.name, "--namespace", stays.namespace)
    left = kubectl("get", "deployments,services", "--namespace", goes.namespace, "--output=name")
    assert f"/{stays.fullname}" in left
    assert f"/{goes.fullname}" not in left
