"""The service's addresses."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from app.api import problems
from app.api.index import index
from app.api.rehearsal import rehearsal
from app.api.sleeper import async_sleep
from app.api.version import version

handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.not_found
handler500 = problems.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("", index, name="index"),
    path("version", version, name="version"),
    path("api/async_sleep/", async_sleep, name="async_sleep"),
    *rehearsal(settings.REHEARSAL),
]
