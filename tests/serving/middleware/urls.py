"""The addresses of `views`, and two with a language before them."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseServerError
from django.urls import path

from tests.serving.middleware import views

urlpatterns = [
    path("hello/", views.hello),
    path("big/", views.big),
    path("incompressible/", views.incompressible),
    path("encoded/", views.encoded),
    path("stream/", views.stream),
    path("sync/stream/", views.sync_stream),
    path("dated/", views.dated),
    path("unstored/", views.unstored),
    path("error/", views.error),
    path("token/", views.token),
    path("form/", views.form),
    path("exempt/", views.exempt),
    path("session/set/", views.session_set),
    path("session/get/", views.session_get),
    path("sync/session/get/", views.session_get_sync),
    path("session/flush/", views.session_flush),
    path("session/cycle/", views.session_cycle),
    path("session/expiry/", views.session_expiry),
    path("session/interrupted/", views.session_interrupted),
    path("session/dropped/", views.session_dropped),
    path("messages/add/", views.message_add),
    path("messages/read/", views.message_read),
    path("sync/messages/read/", views.message_read_sync),
    path("login/", views.login),
    path("logout/", views.logout),
    path("user/", views.user),
    path("sync/user/", views.user_sync),
    path("loop/user/", views.user_on_loop),
    path("user/remembered/", views.user_remembered),
    path("framed/", views.framed),
    path("framed/here/", views.framed_here),
    path("opener/", views.opener),
    path("greeting/", views.greeting),
    path("slow/greeting/", views.slow_greeting),
    *i18n_patterns(path("prefixed/", views.greeting)),
]


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseNotFound("not here")


def handler500(request: HttpRequest) -> HttpResponse:
    return HttpResponseServerError("broken")


handler404.on_loop = handler500.on_loop = True  # type: ignore[attr-defined] # as app.serving reads it
