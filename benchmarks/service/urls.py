"""The service's addresses with the benchmarks' router, mounted as a fork mounts its own."""

from django.conf import settings
from django.urls import path

from app.api.ninja_api import API
from app.api.version import version
from benchmarks.routes import router

api = API(settings.SERVICE_NAME, settings.SERVICE_VERSION)
api.add_router("", router)
urlpatterns = [path("version", version), path("api/", api.urls)]
