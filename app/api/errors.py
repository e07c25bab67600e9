"""What ninja and the operations raise, as problems."""

from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from app.api.problems import not_found, problem
from app.api.refused import Refused, fault


def refused(_request: HttpRequest, exc: Refused) -> HttpResponse:
    """As it says itself."""
    return problem(exc.status, exc.detail, headers=exc.headers, **exc.extra)


def http_error(request: HttpRequest, exc: HttpError) -> HttpResponse:
    """ninja's own; whatever a parser raises is the cause of one that says less."""
    if isinstance(exc.__cause__, Refused):
        return refused(request, exc.__cause__)
    return problem(exc.status_code, str(exc))


def invalid(_request: HttpRequest, exc: ValidationError) -> HttpResponse:
    """422 with all fields at once."""
    errors = [_fault(error) for error in exc.errors]
    named = ", ".join(dict.fromkeys(error["field"] or error["in"] for error in errors))
    return problem(422, f"Not valid: {named}.", errors=errors)


def _fault(error: dict[str, Any]) -> dict[str, str]:
    where, *path = error["loc"]
    # ninja puts the name of the operation's argument before a body's own fields.
    field = ".".join(str(part) for part in (path[1:] if where == "body" else path))
    return fault(where, field, str(error["msg"]))


# https://www.postgresql.org/docs/current/errcodes-appendix.html
# A statement that took too long, a deadlock, a lock that was not to be had, a transaction that
# another one overtook: the same request may do better.
_AGAIN = {"57014", "40P01", "55P03", "40001"}


def operational(request: HttpRequest, exc: Exception) -> HttpResponse:
    """503 for what may go better; the rest is left to whoever carries the request.

    There a database that is not to be had is 503 too, and counted.
    """
    if getattr(exc.__cause__, "sqlstate", None) not in _AGAIN:
        raise exc
    return database_away(request, exc)


def database_away(request: HttpRequest, exc: Exception) -> HttpResponse:
    """503."""
    vars(request)["scope"]["exception"] = exc  # for the log
    return problem(503, "The database does not answer.", headers={"Retry-After": "1"})


def unforeseen(_request: HttpRequest, exc: Exception) -> HttpResponse:
    """Left to Django, whose `handler500` is a problem too; with DEBUG ninja's is a text."""
    raise exc


HANDLERS: dict[type[Exception], Any] = {
    Refused: refused,
    HttpError: http_error,
    ValidationError: invalid,
    Http404: not_found,
    OperationalError: operational,
    InterfaceError: database_away,
    Exception: unforeseen,
}


def speak_problems(api: NinjaAPI) -> None:
    """Let `api` answer with these."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
