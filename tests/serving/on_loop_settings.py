"""The stack of the question on the loop: each class by its counterpart, behind the own handler."""

from tests.serving.question_settings import *  # noqa: F403 - all of them
from tests.serving.stacks import ON_LOOP as MIDDLEWARE

__all__ = ["MIDDLEWARE"]

ASGI_APPLICATION = "config.asgi.application"
