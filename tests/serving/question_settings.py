"""The stack of the question in the shipped settings, on Django's own handler."""

from config.settings import *  # noqa: F403 - all of them
from config.settings import INSTALLED_APPS as SHIPPED

from tests.serving.stacks import APPS, QUESTION

ASGI_APPLICATION = ""
INSTALLED_APPS = [*APPS, *(app for app in SHIPPED if app not in APPS)]
MIDDLEWARE = QUESTION
