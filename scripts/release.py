"""`make release`: publish what `make image` built: images and chart, signed, with their origin.

The names come from make: IMAGES (the service's, then those named by it, such as its name with
-loadtest), CHARTS, PLATFORMS, SOURCE, EXTRA, UV, HELM; those of the signatures
are in scripts/signatures.py. What was published stands in var/release.
"""

import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from scripts import artifact_hub, changelog, chart_package, provenance, sbom, signatures, version
from scripts.command import output

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "release"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def loopback(reference: str) -> bool:
    """Whether a registry is this machine's own: such a one speaks plain HTTP."""
    return urlsplit(f"//{reference.removeprefix('oci://')}").hostname in {"localhost", "127.0.0.1"}


def of_part(stem: str, part: str) -> str:
    """A name that begins alike for all images: the service's is the stem alone."""
    return f"{stem}-{part}" if part else stem


def pushed_image(name: str, part: str, platforms: str) -> str:
    """The image, NAME@DIGEST, after it was pushed; of many platforms it was as it was built."""
    repository = name.rpartition(":")[0]
    if "," in platforms:
        built = FOLDER / f"{of_part('image', part)}.json"
        digest = json.loads(built.read_text())["containerimage.digest"]
        return f"{repository}@{digest}"
    print(f"{name} is for {platforms} alone; PLATFORMS names more, with docker's buildx")
    digest = DIGEST.findall(output("docker", "push", name))[-1]
    return f"{repository}@{digest}"


def pushed_chart(file: Path, charts: str) -> str:
    """The chart, oci://NAME@DIGEST, after it was pushed."""
    plain = ["--plain-http"] if loopback(charts) else []
    said = output(os.environ["HELM"], "push", str(file), charts, *plain)
    name = re.search(r"Pushed: (\S+):", said)
    digest = DIGEST.search(said)
    if not name or not digest:
        sys.exit(f"helm push said nothing of a digest: {said}")
    return f"oci://{name[1]}@{digest[0]}"


def written(name: str, content: object) -> Path:
    """A file of JSON in the folder of the release."""
    path = FOLDER / name
    path.write_text(json.dumps(content, indent=2))
    return path


def main() -> None:
    """SystemExit, with what happened, at the first step that fails."""
    env = os.environ
    commit = output("git", "rev-parse", "HEAD").strip()
    names = env["IMAGES"].split()
    parts = {name.removeprefix(names[0]).removeprefix("-"): name for name in names}
    images = {part: pushed_image(name, part, env["PLATFORMS"]) for part, name in parts.items()}
    number = next(iter(version.found(ROOT).values()))
    news = changelog.sections((ROOT / version.CHANGELOG).read_text())[number]
    shown = artifact_hub.annotations(images, env["SOURCE"], number, news)
    file = chart_package.package(env["HELM"], images, commit, FOLDER, shown)
    chart = pushed_chart(file, env["CHARTS"])
    origin = written("provenance.json", provenance.predicate(env["SOURCE"], commit, env))
    references = (*images.values(), chart.removeprefix("oci://"))
    for reference in references:
        signatures.sign(reference)
        signatures.attest(reference, "slsaprovenance1", origin)
    for part, image in images.items():
        which = sbom.group(part) if part else sbom.service(env.get("EXTRA", ""))
        document = sbom.document(env["UV"], image, which)
        bill = written(f"{of_part('sbom', part)}.cdx.json", document)
        signatures.attest(image, "cyclonedx", bill)
    for reference in references:
        if why := signatures.refused(reference):
            sys.exit(why)
    listed = "".join(f"- image `{image}`\n" for image in images.values())
    (FOLDER / "notes.md").write_text(f"{news}\n\n{listed}- chart `{chart}`\n")
    if outputs := env.get("GITHUB_OUTPUT"):
        with Path(outputs).open("a") as lines:
            lines.write(f"image={images['']}\nchart={chart}\n")
    told = "".join(f"  image {image}\n" for image in images.values())
    print(f"Published, signed and verified:\n{told}  chart {chart}")
    print(f"make deploy CHART={chart} brings it to a cluster: docs/deploy.md")


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        sys.exit(str(error))
