"""The shipped settings, with the addresses of `garbage_views`."""

from config.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "tests.server.garbage_views"
