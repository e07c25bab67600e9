"""How logging is put together, for Django's LOGGING and for gunicorn's logconfig_dict alike."""

from typing import Any


def logging_config(level: str, format: str, queue_size: int) -> dict[str, Any]:
    """A dictConfig that sends every logger's records to stdout through the bounded queue.

    `level` is the least that is written, `format` "json" or "console", `queue_size` how many
    records may wait to be written. Used twice in a worker: gunicorn's and then Django's.
    https://docs.python.org/3/library/logging.config.html#configuration-dictionary-schema
    """
    through_root = {"handlers": [], "propagate": True, "level": "NOTSET"}
    off = {"handlers": [], "propagate": False}
    # The worker lends the handlers of gunicorn.error to uvicorn.error and stops its propagation:
    # without handlers of its own here every "Exception in ASGI application" would vanish.
    own = {"handlers": ["stdout"], "propagate": False, "level": level}
    return {
        "version": 1,
        "disable_existing_loggers": False,  # True silences gunicorn's and uvicorn's errors
        "formatters": {
            "json": {"()": "app.telemetry.log_format.JsonFormatter"},
            "console": {"()": "app.telemetry.log_format.ConsoleFormatter"},
        },
        "filters": {"unreported": {"()": "app.telemetry.response_cut.Unreported"}},
        "handlers": {
            "stdout": {
                "class": "app.telemetry.log_handler.LogHandler",
                "filters": ["unreported"],
                "formatter": format,
                "queue_size": queue_size,
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "gunicorn.error": own,
            "uvicorn.error": own,
            # Telemetry writes one line a request, at its end, with its duration.
            "gunicorn.access": off,
            "uvicorn.access": off,
            # Have handlers already: uvicorn's own configuration, Django's default one.
            "uvicorn": through_root,
            "django": through_root,
            "django.server": through_root,
            # Says again what the request's own line and its error record say.
            "django.request": {"level": "CRITICAL"},
            # Tells of each connection that a request takes and gives back, and of each attempt to
            # connect: 253 lines in 21 s without a database. The readiness check tells once.
            "psycopg.pool": {"level": "ERROR"},
            # An error with a stack for each wrong Host header: anybody could flood the log.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # Write out what a caller sent as `tracestate`, and OTEL_EXPORTER_OTLP_HEADERS if wrong.
            "opentelemetry.trace": {"level": "ERROR"},
            "opentelemetry.util.re": {"level": "ERROR"},
        },
    }
