"""PostgreSQL refuses to run as root; in a container one often is. It then runs as `nobody`."""

import os
import pwd
import shutil
from pathlib import Path
from typing import Any


def as_user() -> dict[str, Any]:
    """What `subprocess.run` needs to run a program as somebody who is not root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def hand_over(path: Path) -> None:
    """Give a file or folder to that somebody, and let them reach it: needs x on all above."""
    if os.geteuid() != 0:
        return
    shutil.chown(path, "nobody", pwd.getpwnam("nobody").pw_gid)
    open_way_to(path)


def open_way_to(path: Path) -> None:
    """Let everybody walk (not look) into the folders above `path`."""
    if os.geteuid() != 0:
        return
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
