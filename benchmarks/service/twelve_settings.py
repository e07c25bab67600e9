"""The shipped settings with the question's twelve middleware, on the loop."""

from config.settings import *  # noqa: F403 - all of them
from config.settings import INSTALLED_APPS as SHIPPED

from tests.serving.stacks import APPS, ON_LOOP

INSTALLED_APPS = [*APPS, *(app for app in SHIPPED if app not in APPS)]
MIDDLEWARE = ON_LOOP
