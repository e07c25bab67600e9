"""The chart of a deploy: the one of this checkout, or a released one, verified with its images."""

import re
import subprocess
from pathlib import Path

from scripts import signatures
from scripts.chart_package import commit_of, images_of
from scripts.release import loopback


def fetched(chart: str, folder: Path) -> tuple[Path, str]:
    """The chart's folder, and the image that it is released with, "" for the one of a checkout.

    ValueError, with what is wrong, before anything was changed.
    """
    if not chart.startswith("oci://"):
        return Path(chart).resolve(), ""
    if why := signatures.refused(chart.removeprefix("oci://")):
        raise ValueError(why)
    command = ["helm", "pull", chart, "--untar", "--untardir", str(folder)]
    command += ["--plain-http"] if loopback(chart) else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise ValueError(f"{chart} cannot be had as it was signed: {done.stderr.strip()}")
    (file,) = folder.glob("*/Chart.yaml")
    images = images_of(file.parent)
    for image in images.values():
        if why := signatures.refused(image):
            raise ValueError(why)
    return file.parent, images[""]


def runs(manifest: str, image: str) -> None:
    """ValueError where the image is not among those of the manifest: no other was verified."""
    if image and image not in re.findall(r'^[ -]*image: "?([^"\s]+)', manifest, re.MULTILINE):
        raise ValueError(f"VALUES run another image than the chart's, which is {image}")


def commit(chart: Path) -> str:
    """The commit that a released chart is of, "" for the one of a checkout."""
    return commit_of((chart / "Chart.yaml").read_text())


def overtaken(new: str, there: str) -> str:
    """Why a commit must not take the place of the one that is there, "" when it may."""
    if not new or not there or new == there:
        return ""
    ancestor = ["git", "merge-base", "--is-ancestor", new, there]
    done = subprocess.run(ancestor, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode == 0:
        return f"{new} is older than {there}, which is there already. OLDER=true goes back to it."
    if done.returncode == 1:
        return ""
    return f"git knows not both {new} and {there}: git fetch --tags, or OLDER=true if it is newer"
