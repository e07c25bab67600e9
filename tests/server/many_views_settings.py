"""The shipped settings, with the addresses of `many_views`."""

from config.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "tests.server.many_views"
