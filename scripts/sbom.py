"""The bill of materials of an image: CycloneDX, of the lock and of what is found in the image.

uv writes what the lock says, with origins and hashes; of that stands here what is in the image. The
image adds Debian's packages, those of the base's Python, and the interpreter.
"""

import json
from pathlib import Path
from typing import Any

from scripts.command import output

ROOT = Path(__file__).resolve().parent.parent
Component = dict[str, Any]


def service(extra: str) -> list[str]:
    """Which packages the service's image has, as `uv export` is told."""
    return ["--no-default-groups", *(["--extra", extra] if extra else [])]


def group(name: str) -> list[str]:
    """Those of an image that has a group of pyproject.toml, and not the service."""
    return ["--only-group", name]


def locked(uv: str, which: list[str]) -> dict[str, Any]:
    """What uv writes of the lock."""
    kind = ("--format", "cyclonedx1.5", "--preview-features", "sbom-export")
    document: dict[str, Any] = json.loads(
        output(uv, "export", "--quiet", "--locked", *kind, *which)
    )
    return document


def contents(image: str) -> dict[str, Any]:
    """What is found in the image."""
    code = (ROOT / "scripts" / "image_contents.py").read_text()
    found: dict[str, Any] = json.loads(
        # The load test's image has an entry point of its own.
        output("docker", "run", "--rm", "-i", "--entrypoint", "python", image, "-", given=code)
    )
    return found


def component(purl: str, name: str, version: str) -> Component:
    """A part of the image by its package URL (https://github.com/package-url/purl-spec)."""
    kind = {"type": "library", "bom-ref": purl, "purl": purl}
    return kind | {"name": name, "version": version}


def normal(name: str) -> str:
    """A package's name as the lock writes it."""
    return name.lower().replace("_", "-").replace(".", "-")


def key(name: str, version: str) -> tuple[str, str]:
    """What tells packages of Python apart."""
    return normal(name), version


def of_service(document: dict[str, Any], service: dict[str, str]) -> list[Component]:
    """What the lock says of the packages that are there. ValueError where it lacks one."""
    known = {key(one["name"], one["version"]): one for one in document["components"]}
    there = {key(*one) for one in service.items()}
    if other := sorted(" ".join(one) for one in there - set(known)):
        raise ValueError(f"the image has what uv.lock does not: {', '.join(other)}")
    return [one for name, one in known.items() if name in there]


def document(uv: str, image: str, which: list[str]) -> dict[str, Any]:
    """The document. ValueError where image and lock disagree."""
    made, found = locked(uv, which), contents(image)
    name, _, digest = image.partition("@")
    place = f"pkg:oci/{name.rpartition('/')[2]}@{digest}?repository_url={name}"
    made["metadata"]["component"] = component(place, name, digest) | {"type": "container"}
    interpreter = found["interpreter"]
    made["components"] = [
        *of_service(made, found["service"]),
        component(f"pkg:generic/python@{interpreter}", "python", interpreter),
        *(component(f"pkg:pypi/{n}@{v}", n, v) for n, v in found["base"].items()),
        *(deb(one, found["release"]) for one in found["debian"]),
    ]
    made["dependencies"] = kept(made)
    return made


def kept(made: dict[str, Any]) -> list[dict[str, Any]]:
    """What depends on what, as far as it is there: the lock has packages of other systems."""
    there = {one["bom-ref"] for one in made["components"]}
    return [
        one | {"dependsOn": [ref for ref in one.get("dependsOn", []) if ref in there]}
        for one in made["dependencies"]
        if one["ref"] in there
    ]


def deb(package: dict[str, str], release: str) -> Component:
    """One of Debian's packages."""
    name, version = package["package"], package["version"]
    where = f"arch={package['architecture']}&distro=debian-{release}"
    return component(f"pkg:deb/debian/{name}@{version}?{where}", name, version)
