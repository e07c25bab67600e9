"""The addresses of the Django peers."""

from django.urls import path
from ninja import NinjaAPI

from benchmarks.routes import router, version

api = NinjaAPI()
api.add_router("", router)
urlpatterns = [path("version", version), path("api/", api.urls)]
