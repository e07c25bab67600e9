"""The shipped settings, with a view that says who calls."""

from config.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "tests.server.who"
