"""An API of one operation for each way to end."""

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from ninja import P, QueryEx
from ninja.errors import HttpError
from psycopg import errors
from psycopg_pool import PoolTimeout
from pydantic import BaseModel

from app.api import problems
from app.api.authentication import Bearer, customer_of
from app.api.ninja_api import API

handler404 = problems.not_found
handler500 = problems.server_error
api = API("things", "1.0")


def caused(cause: Exception) -> OperationalError:
    """As Django raises what psycopg did."""
    error = OperationalError("secret")
    error.__cause__ = cause
    return error


ERRORS = {
    "http": HttpError(418, "Short and stout."),
    "missing": Http404("No such thing."),
    "no connection": caused(PoolTimeout()),
    "too slow": caused(errors.QueryCanceled()),
    "deadlock": caused(errors.DeadlockDetected()),
    "operational": OperationalError("secret"),
    "interface": InterfaceError("secret"),
    "unforeseen": RuntimeError("secret"),
}


class Thing(BaseModel):
    """What is sent."""

    size: float
    name: str = ""
    parts: list[str] = []


@api.post("things", response=Thing)
async def make_thing(request: HttpRequest, thing: Thing, count: int = 1) -> Thing:
    """Echo."""
    return thing


@api.patch("things", response=Thing)
async def patch_thing(request: HttpRequest, thing: Thing) -> Thing:
    """Echo."""
    return thing


@api.get("things")
async def list_things(request: HttpRequest, limit: QueryEx[int, P(ge=1)] = 1) -> int:
    """Echo."""
    return limit


@api.get("errors/{name}")
async def fail(request: HttpRequest, name: str) -> None:
    """Raise."""
    raise ERRORS[name]


@api.get("mine", auth=Bearer("things:read"), include_in_schema=False)
async def mine(request: HttpRequest) -> HttpResponse:
    """Whose it is."""
    return HttpResponse(customer_of(request))


@api.get("secured", auth=Bearer("things:read"))
async def secured(request: HttpRequest) -> None:
    """Nothing."""


urlpatterns = [path("api/", api.urls)]
