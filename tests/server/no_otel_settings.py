"""The shipped settings in an image without the extra `otel`."""

import sys
from types import ModuleType
from typing import cast

from config.settings import *  # noqa: F403 - all of them

sys.modules["opentelemetry"] = cast("ModuleType", None)  # its import is an ImportError
