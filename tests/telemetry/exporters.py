"""Exporters for tests: the process as it is run, and the tiny gunicorn service around it."""

import contextlib
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.server.harness import ROOT, free_port, status_of, wait_until


def fetch(url: str, headers: Mapping[str, str] | None = None) -> tuple[Mapping[str, str], bytes]:
    """Headers and body of a GET that must be 200."""
    request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - loopback
        return response.headers, response.read()


def scrape(port: int) -> dict[str, float]:
    """One scrape: values by name with labels, as in the text format."""
    lines = fetch(f"http://127.0.0.1:{port}/metrics")[1].decode().splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(number) for name, _, number in pairs}


@contextlib.contextmanager
def exporter(folder: Path, *options: str, port: int | None = None) -> Iterator[int]:
    """A running exporter on a folder: its port."""
    port = port or free_port()
    command = [sys.executable, "-m", "app.telemetry.exporter"]
    process = subprocess.Popen(
        [*command, "--host=127.0.0.1", f"--port={port}", *options],
        cwd=ROOT,
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)},
    )
    try:
        wait_until(lambda: status_of(f"http://127.0.0.1:{port}/") == 200, 10, "the exporter is up")
        yield port
    finally:
        process.terminate()
        assert process.wait(5) == 0


def children_of(pid: int) -> dict[int, str]:
    """The command lines of a process's living children."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                command = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[int(stat.parent.name)] = command
    return found


def exporter_of(pid: int) -> int:
    """The pid of a master's exporter, 0 when there is none."""
    found = children_of(pid).items()
    return next((each for each, command in found if "telemetry.exporter" in command), 0)


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not waited for does not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[0] != "Z"
