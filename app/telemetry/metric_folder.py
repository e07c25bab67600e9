"""The metrics' folder at the start: what the process group before this one counted is forgotten."""

import shutil
from pathlib import Path


def forget(folder: Path) -> None:
    """Remove what workers and exporters left; nothing else, the folder may be any.

    To be called before `app.telemetry.metrics` is first imported in this process, which opens its
    files there: they would be removed as well, and written to by a master that nobody reads.
    """
    for file in folder.glob("*_*.db"):
        file.unlink()
    for sums in folder.glob("dead-*"):
        shutil.rmtree(sums)
