"""The service's addresses."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from app.api import problems
from app.api.admin_site import admin_site
from app.api.index import index
from app.api.ninja_api import API
from app.api.rehearsal import rehearsal
from app.api.sleeper import async_sleep
from app.api.version import version
from app.notes.routes import router as notes

handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.not_found
handler500 = problems.server_error

api = API(settings.SERVICE_NAME, settings.SERVICE_VERSION)
api.add_router("/notes", notes)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", index, name="index"),
    path("version", version, name="version"),
    path("api/async_sleep/", async_sleep, name="async_sleep"),
    path("api/", api.urls),
    *rehearsal(settings.REHEARSAL),
    *admin_site(settings.ADMIN),
]
