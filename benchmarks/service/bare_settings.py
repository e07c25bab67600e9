"""The shipped settings without a middleware."""

from config.settings import *  # noqa: F403 - all of them

MIDDLEWARE = []
