"""A view that runs in a thread is named, wherever in the URL map it is."""

import asyncio
import functools
import types
from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path, re_path
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.static import serve
from ninja import NinjaAPI
from pytest_django import Settings

from app.serving.check_views import check_views
from app.serving.handler import AsyncHandler
from tests.client import ask
from tests.serving import stacks

HERE = "tests/serving/test_check_views.py"


def sync(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


async def asynchronous(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


LINE = sync.__code__.co_firstlineno


forgotten: list[Any] = []  # coroutines that nobody awaited, to be closed by the test


def decorated(view: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(view)
    def inner(request: HttpRequest) -> Any:
        forgotten.append(view(request))
        return forgotten[-1]

    return inner


class Sync(View):
    def get(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse()


class Async(View):
    async def get(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse()


class Instance:
    def __call__(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse()


def urlconf(*patterns: Any) -> types.ModuleType:
    module = types.ModuleType("urls")
    vars(module)["urlpatterns"] = list(patterns)
    return module


def checked(*patterns: Any) -> list[CheckMessage]:
    with override_settings(ROOT_URLCONF=urlconf(*patterns)):
        return check_views()


def named(view: Any) -> str:
    (message,) = checked(path("x", view))
    assert (message.id, message.level) == ("serving.W005", 30)
    return message.msg


def test_the_shipped_views_are_asynchronous() -> None:
    assert check_views() == []


def test_a_function_is_named_with_its_line_and_its_routes() -> None:
    more = [path(f"{number}/<int:n>", sync) for number in range(4)]
    deeper = include([re_path("^deeper$", sync), path("async", asynchronous)])
    (message,) = checked(path("first", sync), path("inner/", deeper), *more)
    assert message.msg.startswith(
        f"The view {__name__}.sync ({HERE}:{LINE}) at 'first', 'inner/^deeper$', '0/<int:n>' and "
        "3 more leaves the event loop: it is synchronous"
    )
    assert "async def" in str(message.hint)


def test_views_of_other_kinds() -> None:
    assert named(Sync.as_view()).startswith(f"The view {__name__}.Sync ({HERE}:")
    assert named(Instance()).startswith(f"The view {__name__}.Instance ({HERE}:")
    assert named(functools.partial(sync)).startswith("The view functools.partial (")
    assert named(csrf_exempt(never_cache(sync))).startswith(f"The view {__name__}.sync ({HERE}:")
    assert named(serve).startswith("The view django.views.static.serve (")


@pytest.mark.parametrize(
    "view",
    [
        asynchronous,
        Async.as_view(),
        functools.partial(asynchronous),
        csrf_exempt(never_cache(asynchronous)),
    ],
    ids=["function", "class", "partial", "decorated"],
)
def test_what_stays_on_the_loop(view: Any) -> None:
    assert checked(path("x", view)) == []


def test_a_synchronous_decorator_before_an_asynchronous_view_breaks_it() -> None:
    assert "never awaits" in named(decorated(asynchronous))
    assert "never awaits" not in named(decorated(sync))
    with override_settings(ROOT_URLCONF=urlconf(path("", decorated(asynchronous)))):
        assert asyncio.run(ask(AsyncHandler())).status == 500
    forgotten.pop().close()


def test_operations_of_ninja_one_by_one() -> None:
    api = NinjaAPI(urls_namespace="checked")
    api.get("mixed")(sync)
    api.post("mixed")(asynchronous)
    api.get("async")(asynchronous)
    found = checked(path("api/", api.urls))
    (ours,) = [each.msg for each in found if __name__ in each.msg]
    assert f"The view {__name__}.sync ({HERE}:{LINE}) at 'api/mixed' leaves" in ours
    # Its own pages for the document and the docs, and the root.
    assert [each.msg.split()[2] for each in found if each.msg != ours] == ["functools.partial"] * 3


def test_a_view_class_of_another_library_names_itself() -> None:
    def view(_request: HttpRequest) -> None: ...

    vars(view)["cls"] = Sync
    assert named(view).startswith(f"The view {__name__}.Sync (")


def test_the_admin_is_what_it_is() -> None:
    with stacks.installed():
        from django.contrib.admin import ModelAdmin  # noqa: PLC0415 - installed by the test
        from django.contrib.admin.sites import AdminSite  # noqa: PLC0415
        from django.contrib.sessions.models import Session  # noqa: PLC0415

        class SessionAdmin(ModelAdmin):  # type: ignore[type-arg] # generic in the stubs only
            def changelist_view(self, *args: Any, **named: Any) -> Any:
                return super().changelist_view(*args, **named)

        site = AdminSite()
        site.register(Session, SessionAdmin)
        assert checked(path("admin/", site.urls)) == []


def test_a_project_without_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = None
    assert check_views() == []
    del settings.ROOT_URLCONF
    assert check_views() == []
