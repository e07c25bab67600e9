"""PostgreSQL's first process, found by the file `postmaster.pid` in its data."""

import contextlib
import time
from pathlib import Path

import psutil


def postmaster(data: Path) -> psutil.Process | None:
    """The living process that the file names, if it is a PostgreSQL on this data."""
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
        first = (data / "postmaster.pid").read_text().splitlines()[0]
        process = psutil.Process(int(first))
        if process.name() == "postgres" and str(data) in process.cmdline():
            return process
    return None


def kill(data: Path, seconds: float) -> None:
    """End it and its children by force, and wait for so long until it is dead."""
    process = postmaster(data)
    if process is None:
        return
    for victim in (*process.children(recursive=True), process):
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    deadline = time.monotonic() + seconds
    # Asked so, because a container's first process may never bury the dead.
    while postmaster(data) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
