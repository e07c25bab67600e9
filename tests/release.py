"""The project as a clean clone whose commit may be released, and the programs of a release."""

import json
import tomllib
from pathlib import Path

from scripts import version
from tests.checkout import committed, copied, git
from tests.environment import ROOT
from tests.registry import Registry

VERSION = "97.0.0"
# What docker does for a release. Only the engine is played: what it pushes is in a real registry.
DOCKER = """\
echo "docker $*" >> {folder}/asked
case "$1 $*" in
    "push "*-loadtest) echo "{version}-loadtest: digest: {loadtest} size: 1" ;;
    "push "*) echo "{version}: digest: {digest} size: 1" ;;
    "run "*{loadtest}*) cat > {folder}/code; cat {folder}/loadtest.json ;;
    "run "*) cat > {folder}/code; cat {folder}/contents.json ;;
    *--metadata-file*)
        file=$(echo "$*" | sed 's/.*--metadata-file \\([^ ]*\\).*/\\1/')
        case "$file" in *-loadtest.json) digest={loadtest} ;; *) digest={digest} ;; esac
        echo "{{\\"containerimage.digest\\": \\"$digest\\"}}" > $file ;;
esac
"""


def clone(folder: Path) -> Path:
    """The project's files, those that are not committed too, as a commit with the version's tag."""
    work = copied(folder / "work")
    (work / version.CHANGELOG).write_text("# Changelog\n\n## Unreleased\n\n- A thing.\n")
    version.put(work, VERSION)
    committed(work, "Release")
    git(work, "tag", f"v{VERSION}")
    return work


def program(folder: Path, name: str, script: str) -> None:
    """A program of this name in a folder for the PATH."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def locked(name: str) -> str:
    """The version of a package in uv.lock, "0" when it is not there."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    return next((str(one["version"]) for one in packages if one["name"] == name), "0")


def engine(folder: Path, registry: Registry) -> dict[str, str]:
    """A docker that has built and pushed; the variables that name its images, and the keys."""
    digest = registry.put("team/notes", VERSION)
    loadtest = registry.put("team/notes", f"{VERSION}-loadtest", b'{"of": "the load test"}')
    for file, package in {"contents": "Django", "loadtest": "locust"}.items():
        contents = {
            "interpreter": "3.13.0",
            "service": {package: locked(package.lower())},
            "base": {},
            "debian": [],
            "release": "12",
        }
        (folder / f"{file}.json").write_text(json.dumps(contents))
    script = DOCKER.format(folder=folder, digest=digest, loadtest=loadtest, version=VERSION)
    program(folder / "programs", "docker", script)
    return registry.keys | {"IMAGE": f"{registry.address}/team/notes:{VERSION}"}
