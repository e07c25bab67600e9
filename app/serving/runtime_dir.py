"""The folder that the processes of one service share: metrics' files and the readiness switch."""

import os
from pathlib import Path

METRICS = "metrics"


def make(folder: Path) -> Path:
    """Make `folder` and the one for metrics in it, if they are not there; return the latter.

    OSError when it cannot be written to, or belongs to another user, who could then read or break
    what is in it.
    """
    metrics = folder / METRICS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid not in (os.getuid(), 0):
        raise PermissionError(f"{folder} belongs to another user")
    metrics.mkdir(mode=0o700, exist_ok=True)
    return metrics
