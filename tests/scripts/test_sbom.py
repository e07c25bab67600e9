"""The bill of materials: what the lock says of what is there, and what the base brings."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from scripts import sbom
from tests.environment import ROOT

UV = os.environ.get("UV") or str(next((ROOT / ".venvs").glob("uv-*/bin/uv")))
IMAGE = f"localhost:5000/team/notes@sha256:{'b' * 64}"
STATUS = """\
Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u9
Description: the C library
 Status: not a field, but a line of the description

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1
"""


def contents(**changed: Any) -> dict[str, Any]:
    """What image_contents.py prints of an image with three packages."""
    return {
        "interpreter": "3.13.0",
        "service": {"Django": version_of("django"), "asgiref": version_of("asgiref")},
        "base": {"pip": "24.2"},
        "debian": [{"package": "libc6", "version": "2.36-9", "architecture": "amd64"}],
        "release": "12",
    } | changed


def version_of(name: str) -> str:
    locked = sbom.locked(UV, sbom.service(""))["components"]
    return next(str(one["version"]) for one in locked if one["name"] == name)


def test_it_is_cyclonedx_of_lock_and_image(monkeypatch: pytest.MonkeyPatch) -> None:
    found = contents()
    monkeypatch.setattr(sbom, "contents", lambda _image: found)
    made = sbom.document(UV, IMAGE, sbom.service(""))
    assert JsonStrictValidator(SchemaVersion.V1_5).validate_str(json.dumps(made)) is None
    purls = [one["purl"] for one in made["components"]]
    assert sorted(purls) == [
        "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12",
        "pkg:generic/python@3.13.0",
        f"pkg:pypi/asgiref@{version_of('asgiref')}",
        f"pkg:pypi/django@{version_of('django')}",
        "pkg:pypi/pip@24.2",
    ]
    about = made["metadata"]["component"]
    assert (about["type"], about["version"]) == ("container", f"sha256:{'b' * 64}")
    django = next(one for one in made["components"] if one["name"] == "django")
    assert django["externalReferences"][0]["hashes"][0]["alg"] == "SHA-256"
    depends = {one["ref"].partition("-")[0]: one for one in made["dependencies"]}
    assert [ref.partition("-")[0] for ref in depends["django"]["dependsOn"]] == ["asgiref"]


def test_what_the_lock_does_not_have_is_no_release(monkeypatch: pytest.MonkeyPatch) -> None:
    found = contents(service={"Django": "1.0", "Left_Pad": "2.0"})
    monkeypatch.setattr(sbom, "contents", lambda _image: found)
    with pytest.raises(ValueError, match=r"does not: django 1\.0, left-pad 2\.0$"):
        sbom.document(UV, IMAGE, sbom.service(""))


def test_an_image_of_a_group_has_what_the_group_has() -> None:
    names = {one["name"] for one in sbom.locked(UV, sbom.group("loadtest"))["components"]}
    assert "locust" in names
    assert "django" not in names


def test_what_is_installed_is_found(tmp_path: Path) -> None:
    code = (ROOT / "scripts" / "image_contents.py").read_text()
    status = tmp_path / "status"
    status.write_text(STATUS)
    code = code.replace("/var/lib/dpkg/status", str(status))
    printed = subprocess.check_output([sys.executable, "-"], input=code, text=True)
    found = json.loads(printed)
    assert found["debian"] == [
        {"package": "libc6", "version": "2.36-9+deb12u9", "architecture": "amd64"}
    ]
    assert found["service"]["Django"]
    assert found["interpreter"] == ".".join(map(str, sys.version_info[:3]))
