"""The shipped settings, with views and a middleware that fail."""

from config.settings import *  # noqa: F403 - all of them
from config.settings import MIDDLEWARE as SHIPPED

ROOT_URLCONF = "tests.server.faults"
MIDDLEWARE = [*SHIPPED, "tests.server.faults.FailingMiddleware"]
