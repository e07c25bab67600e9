"""Runs inside an image (`docker run -i IMAGE - < this`): what is installed in it, as JSON.

Python's packages, of the service and of the base, Debian's, and the interpreter.
"""

import json
import platform
import sys
import sysconfig
from importlib.metadata import distributions
from pathlib import Path


def python(*folders: str) -> dict[str, str]:
    """The version of each package in these folders."""
    return {one.name: one.version for one in distributions(path=list(folders))}


def debian(status: str) -> list[dict[str, str]]:
    """Name, version and architecture of each package that dpkg has installed."""
    found = []
    for paragraph in status.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line[1:])
        if fields.get("Status", "").endswith(" installed"):
            found.append({name.lower(): fields[name] for name in KEPT})
    return found


KEPT = ("Package", "Version", "Architecture")

if __name__ == "__main__":
    base = sysconfig.get_path("purelib", vars={"base": sys.base_prefix})
    contents = {
        "interpreter": platform.python_version(),
        "service": python(sysconfig.get_path("purelib")),
        "base": python(base),
        "debian": debian(Path("/var/lib/dpkg/status").read_text()),
        "release": platform.freedesktop_os_release()["VERSION_ID"],
    }
    print(json.dumps(contents))
