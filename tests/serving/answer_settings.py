"""The stack of the accepted answer: the question's, with MiddlewareMixin."""

from tests.serving.question_settings import *  # noqa: F403 - all of them
from tests.serving.stacks import ANSWER as MIDDLEWARE

__all__ = ["MIDDLEWARE"]
