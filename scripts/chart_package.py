"""Packages the chart for a release: it runs the images of that release, by their digests.

So a chart's digest says all that an installation runs, and whoever trusts it trusts the images.
"""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from scripts.command import output

ROOT = Path(__file__).resolve().parent.parent
COMMIT = "org.opencontainers.image.revision"
IMAGE = re.compile(r'^image:\n  repository: (\S+)\n  tag: ""\n  digest: "(.*)"\n', re.MULTILINE)
# Of a part, which stands under its name: the service's repository, and a digest of its own.
OF_PART = re.compile(
    r'^(\w+):\n((?:  .*\n)*?)  image: { repository: "", tag: "", digest: "(.*)" }\n', re.MULTILINE
)


def package(
    helm: str, images: dict[str, str], commit: str, folder: Path, more: Mapping[str, str]
) -> Path:
    """The chart's file in `folder`: with images (NAME@DIGEST), commit and `more` as annotations.

    The service's image has no name; the others' is the part of the values that they are of.
    """
    copy = folder / "chart"
    shutil.copytree(ROOT / "helm", copy)
    values, chart = copy / "values.yaml", copy / "Chart.yaml"
    values.write_text(named(values.read_text(), images))
    said = {COMMIT: commit} | {name: json.dumps(value) for name, value in more.items()}
    heading = "annotations:\n"
    lines = "".join(f"  {name}: {value}\n" for name, value in said.items())
    chart.write_text(chart.read_text().replace(heading, heading + lines))
    told = output(helm, "package", str(copy), "--destination", str(folder))
    shutil.rmtree(copy)
    return Path(told.rpartition(": ")[2].strip())


def named(values: str, images: dict[str, str]) -> str:
    """The values, with the images in them. ValueError where one has no place."""
    digests = {part: image.partition("@")[2] for part, image in images.items()}
    repository = images[""].partition("@")[0]
    service = f'image:\n  repository: {repository}\n  tag: ""\n  digest: "{digests[""]}"\n'
    made, times = IMAGE.subn(service, values)

    def of_part(found: re.Match[str]) -> str:
        part, before, _ = found.groups()
        image = f'{{ repository: "", tag: "", digest: "{digests.get(part, "")}" }}'
        return f"{part}:\n{before}  image: {image}\n"

    made = OF_PART.sub(of_part, made)
    if times != 1 or any(f'digest: "{digest}"' not in made for digest in digests.values()):
        raise ValueError("helm/values.yaml: not each image has repository, tag and digest, as here")
    return made


def images_of(chart: Path) -> dict[str, str]:
    """The images, as `package` was given them. ValueError for a chart that it did not make."""
    values = (chart / "values.yaml").read_text()
    match = IMAGE.search(values)
    if not match or not match[2]:
        raise ValueError("the chart names no image by its digest: it comes from no release")
    parts = {part: f"{match[1]}@{digest}" for part, _, digest in OF_PART.findall(values) if digest}
    return {"": f"{match[1]}@{match[2]}", **parts}


def commit_of(chart: str) -> str:
    """The commit in a Chart.yaml, "" where it has none."""
    match = re.search(rf"^  {re.escape(COMMIT)}: (\S+)$", chart, re.MULTILINE)
    return match[1] if match else ""
