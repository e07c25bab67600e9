"""The shipped settings, with the API of tests/api, whose operations fail in many ways."""

from config.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "tests.api.urls"
