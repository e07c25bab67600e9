"""The shipped settings, with the admin's files in a folder of the test's."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403 - all of them

STATIC_ROOT = Path(os.environ["STATIC_ROOT_OF_TEST"])
