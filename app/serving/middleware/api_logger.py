"""The API logger of docs/synchronous.md on the loop: the telemetry pass writes its two records."""

from app.serving.middleware.marks import API_LOGGER, Marking


class ApiLoggerMiddleware(Marking):
    """Asks for the records IN and OUT on the logger `api`."""

    mark = API_LOGGER
