"""The images of the stories: the chart's own, and changed ones to upgrade to."""

import os
import re
import shlex
import tempfile
from pathlib import Path
from typing import Any

from tests.e2e.cluster import CHART, Failed, helm, run

FOLDER = Path(__file__).parent / "images"
LOADTEST = "-loadtest"
CHANGED = ("next", "crashing", "unmigratable", "stock")


def default_images() -> tuple[str, str]:
    """The service's and the database's, by the names that the chart has without any values."""
    rendered = helm("template", "demo", str(CHART))
    images = set(re.findall(r'image: "?([^"\s]+)', rendered))
    (database,) = (image for image in images if "/postgres:" in image)
    (service,) = images - {database, *(image for image in images if image.endswith(LOADTEST))}
    return service, database


def changed(service: str, target: str) -> str:
    """The name of a stage of images/Dockerfile."""
    return f"{service}-{target}"


def values(service: str, target: str) -> dict[str, Any]:
    """The chart's values that name it."""
    return {"image": {"tag": changed(service, target).rpartition(":")[2]}}


def provide() -> None:
    """Build the changed images, and load all. Failed, with what to do, when there is none."""
    service, database = default_images()
    own = {service: "make image"}
    own[service + LOADTEST] = "make image-loadtest"
    for image, how in {**own, database: f"docker pull {database}"}.items():
        try:
            run("docker", "image", "inspect", image)
        except Failed as error:
            raise Failed(("docker", "image", "inspect", image), f"There is none: {how}") from error
    build = shlex.split(os.environ.get("DOCKER_BUILD", "docker build"))
    for target in CHANGED:
        what = ("--target", target, "--build-arg", f"IMAGE={service}")
        run(*build, "--quiet", *what, "--tag", changed(service, target), str(FOLDER))
    # In one archive: layers that images share are in it once.
    with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
        names = (*own, database, *(changed(service, target) for target in CHANGED))
        run("docker", "save", "--output", archive.name, *names)
        run(*shlex.split(os.environ["IMAGE_LOAD"]), archive.name)
