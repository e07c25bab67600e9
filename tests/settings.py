"""The shipped settings for mypy's Django plugin, which imports them without an environment."""

from tests.environment import provide

provide()

from config.settings import *  # noqa: E402,F403 - the environment must stand before they are read
