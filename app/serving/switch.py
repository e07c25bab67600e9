"""The readiness switch: a file that every worker of this process group looks at.

A file needs no network endpoint that others could call, and asking for it costs 2 µs, so every
`/readyz` asks anew and the switch works at once.
"""

import os
from pathlib import Path

FILE = "readiness-off"


def is_off(runtime_dir: Path) -> bool:
    """Whether readiness was switched off; False when the folder cannot be looked at."""
    return os.path.exists(runtime_dir / FILE)


def off(runtime_dir: Path) -> None:
    """Take every worker out of rotation.

    OSError when the folder is missing or cannot be written to.
    """
    (runtime_dir / FILE).touch()


def on(runtime_dir: Path) -> None:
    """Put every worker back into rotation.

    OSError when the folder is missing or cannot be written to.
    """
    runtime_dir.stat()  # a missing folder is an error: nobody listens there
    clear(runtime_dir)


def clear(runtime_dir: Path) -> None:
    """Forget the switch of the process group before: for the master, at its start.

    OSError when the folder cannot be written to.
    """
    (runtime_dir / FILE).unlink(missing_ok=True)
