"""The folder that the processes of the service share, and where prometheus_client finds it.

Imported first of all, by gunicorn's configuration and by the application: prometheus_client looks
at its variable once, when it is first imported itself.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

from config import settings

from app.serving import runtime_dir


def not_started(why: str) -> NoReturn:
    """End the process with one line that says what to change."""
    sys.stderr.write(f"Not started: {why}.\n")
    sys.exit(os.EX_CONFIG)


folder = Path(settings.RUNTIME_DIR)
try:
    metrics = runtime_dir.make(folder)
except OSError as error:
    not_started(f"RUNTIME_DIR={folder}: {error.strerror or error}")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
