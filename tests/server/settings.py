"""The shipped settings, with views that a drain meets and a rehearsal does not have."""

from config.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "tests.server.urls"
