"""The stack of the question in the shipped settings, on Django's own handler."""

from config.settings import *  # noqa: F403 - all of them

from tests.serving.stacks import APPS, QUESTION

ASGI_APPLICATION = ""
INSTALLED_APPS = APPS
MIDDLEWARE = QUESTION
