"""Packages the chart for a release: it runs the image of that release, by its digest.

So a chart's digest says all that an installation runs, and whoever trusts it trusts the image.
"""

import re
import shutil
from pathlib import Path

from scripts.command import output

ROOT = Path(__file__).resolve().parent.parent
COMMIT = "org.opencontainers.image.revision"
IMAGE = re.compile(r'^image:\n  repository: (\S+)\n  tag: ""\n  digest: "(.*)"\n', re.MULTILINE)


def package(helm: str, image: str, commit: str, folder: Path) -> Path:
    """The chart's file in `folder`, with `image` (NAME@DIGEST) and the commit in it."""
    copy = folder / "chart"
    shutil.copytree(ROOT / "helm", copy)
    repository, _, digest = image.partition("@")
    values, chart = copy / "values.yaml", copy / "Chart.yaml"
    named = f'image:\n  repository: {repository}\n  tag: ""\n  digest: "{digest}"\n'
    changed, times = IMAGE.subn(named, values.read_text())
    if times != 1:
        raise ValueError("helm/values.yaml: image: does not begin with repository, tag and digest")
    values.write_text(changed)
    heading = "annotations:\n"
    chart.write_text(chart.read_text().replace(heading, f"{heading}  {COMMIT}: {commit}\n"))
    said = output(helm, "package", str(copy), "--destination", str(folder))
    shutil.rmtree(copy)
    return Path(said.rpartition(": ")[2].strip())


def image_of(chart: Path) -> str:
    """The image, NAME@DIGEST, of a chart that `package` made. ValueError for another."""
    match = IMAGE.search((chart / "values.yaml").read_text())
    if not match or not match[2]:
        raise ValueError("the chart names no image by its digest: it comes from no release")
    return f"{match[1]}@{match[2]}"


def commit_of(chart: str) -> str:
    """The commit in a Chart.yaml, "" where it has none."""
    match = re.search(rf"^  {re.escape(COMMIT)}: (\S+)$", chart, re.MULTILINE)
    return match[1] if match else ""
