"""The shipped settings, with migrations to apply."""

from config.settings import *  # noqa: F403 - all of them
from config.settings import INSTALLED_APPS as SHIPPED

INSTALLED_APPS = [*SHIPPED, "tests.serving.management.commands.migrated"]
