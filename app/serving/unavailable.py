"""A database that cannot be had is 503 with Retry-After, told on the loop; what is wrong is 500."""

from typing import Final

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from app.serving.observer import observer
from app.serving.reply import problem_body

RETRY_AFTER_SECONDS = 1

# The name is the label of the metric, the sentence what the caller reads.
REASONS: Final = {
    "refused": "Too many requests are waiting for the database.",
    "timeout": "The database had no connection to spare in time.",
    "down": "The database cannot be reached.",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
# Connection lost, resources used up, shutting down or starting. A statement that was cancelled
# (57014) or a deadlock are OperationalError too, and the application's own to judge.
_SQLSTATES = ("08", "53", "57P")


class Refused(OperationalError):
    """Raised on the loop where a thread was wanted and all places are taken.

    An OperationalError, so that what a fork does about a database that is not there fits.
    """


def reason_of(exc: Exception) -> str | None:
    """The key of `REASONS`, or None where `exc` is something else."""
    if isinstance(exc, Refused):
        return "refused"
    cause = exc.__cause__
    if not isinstance(exc, OperationalError) or cause is None:
        return None
    if type(cause).__module__ == "psycopg_pool":
        return "timeout"
    # libpq's own errors, connecting and losing a connection, have none.
    state = getattr(cause, "sqlstate", "")
    return "down" if state is None or state.startswith(_SQLSTATES) else None


def unavailable(request: HttpRequest, reason: str) -> HttpResponse:
    """The 503, counted. Not logged by Django: 2,000 refused at once would be 2,000 errors more."""
    observer.unavailable(reason)
    request_id = request.scope.get("request_id")  # type: ignore[attr-defined] # an ASGIRequest has a scope
    response = HttpResponse(
        problem_body(503, REASONS[reason], request_id),
        content_type="application/problem+json",
        status=503,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )
    vars(response)["_has_been_logged"] = True
    return response
