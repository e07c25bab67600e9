"""A view's own limit is found by the path of the request."""

from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View

from app.serving.body_limit import body_limit, limit_of_view
from tests.client import http_scope


@body_limit(5000)
async def upload(_request: HttpRequest) -> HttpResponse:
    """A view that takes more than others."""
    return HttpResponse()


async def plain(_request: HttpRequest) -> HttpResponse:
    """A view that says nothing."""
    return HttpResponse()


@method_decorator(body_limit(7000), name="dispatch")
class Uploads(View):
    """A class-based one."""


urlpatterns = [
    path("upload/<int:number>/", upload),
    path("plain/", plain),
    path("uploads/", Uploads.as_view()),
]


@override_settings(ROOT_URLCONF=__name__)
def test_the_limit_of_the_view() -> None:
    assert limit_of_view(http_scope("/upload/3/")) == 5000
    assert limit_of_view(http_scope("/uploads/")) == 7000
    assert limit_of_view(http_scope("/plain/")) is None
    assert limit_of_view(http_scope("/nowhere/")) is None
    assert limit_of_view(http_scope("/sub/upload/3/", root_path="/sub")) == 5000
