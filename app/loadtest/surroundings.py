"""Where a run takes place: versions, the machine, the service's build and its pods."""

import json
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from app.loadtest.hop_metrics import Reading

SECONDS = 5.0


def environment(target: str, load_test: str, pods: Reading | None) -> dict[str, Any]:
    """What the report tells of it; `load_test` is the digest of this room and the users."""
    return {
        "service": build(target),
        "replicas": None if pods is None else len(pods),
        "load_test": load_test,
        "machine": machine(),
        "python": platform.python_version(),
        "locust": version("locust"),
    }


def machine(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The processor that makes the load, and how many of it."""
    found = None
    if cpuinfo.exists():
        found = re.search(r"^model name\s*: (.+)$", cpuinfo.read_text(), re.MULTILINE)
    name = found[1] if found else platform.machine()
    return f"{len(os.sched_getaffinity(0))} × {name}"


def build(target: str) -> dict[str, Any] | None:
    """What the service says of itself at /version; None when it says nothing."""
    try:
        with urlopen(Request(f"{target}/version"), timeout=SECONDS) as answer:  # noqa: S310 - http only: see kinds.url
            told = json.loads(answer.read(65536))
    except (URLError, OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None
