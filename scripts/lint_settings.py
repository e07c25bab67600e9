"""The shipped settings, and the linter of migrations: installed for `make lint`, never to serve."""

from config.settings import *  # noqa: F403 - all of them
from config.settings import INSTALLED_APPS as SHIPPED

INSTALLED_APPS = [*SHIPPED, "django_migration_linter"]
