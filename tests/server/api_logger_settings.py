"""The settings of these tests, with the question's own API logger, on the loop."""

from tests.server.settings import *  # noqa: F403 - all of them
from tests.server.settings import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "app.serving.middleware.api_logger.ApiLoggerMiddleware"]
