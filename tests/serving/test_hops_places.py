"""File and line of what can be mended."""

import functools
import importlib
import sys
import sysconfig
from pathlib import Path

import pytest
from django.views.generic import TemplateView
from ninja import NinjaAPI
from pytest_django import Settings

from app.serving import handler
from app.serving.hops_places import (
    is_project,
    of_caller,
    of_definition,
    of_error,
    of_setting,
    place,
)
from app.serving.hops_road import Frame

LIBRARIES = Path(sysconfig.get_path("purelib"))


def function() -> None:
    raise ValueError("here")


def frame(module: str, file: str) -> Frame:
    return Frame(module, function.__code__.replace(co_filename=file), 7)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (str(Path.cwd() / "app" / "x.py"), "app/x.py:3"),
        (str(LIBRARIES / "django" / "x.py"), "django/x.py:3"),
        ("/elsewhere/x.py", "/elsewhere/x.py:3"),
        ("<string>", "<string>:3"),
    ],
)
def test_files_are_told_as_short_as_an_editor_finds_them(file: str, told: str) -> None:
    assert place(file, 3) == told


@pytest.mark.parametrize(
    ("file", "is_theirs"),
    [
        (__file__, True),
        (str(Path(handler.__file__).parents[1] / "api" / "x.py"), True),
        (handler.__file__, False),
        (str(LIBRARIES / "django" / "x.py"), False),
        ("/usr/lib/other/site-packages/x.py", False),
        (functools.__file__, False),
        ("<frozen importlib>", False),
    ],
)
def test_what_a_person_of_the_project_can_change(file: str, is_theirs: bool) -> None:
    assert is_project(file) == is_theirs


def test_the_caller_is_the_innermost_line_of_the_project_within_the_handler() -> None:
    library = frame("ninja.operation", str(LIBRARIES / "ninja" / "operation.py"))
    view, wrapper = frame("notes", "/srv/notes.py"), frame("telemetry", "/srv/telemetry.py")
    the_handler = frame(handler.__name__, handler.__file__)
    assert of_caller([library, view, the_handler, wrapper]) == "/srv/notes.py:7"
    assert of_caller([library, the_handler, wrapper]) == ""
    assert of_caller([library]) == ""


def test_an_error_is_of_the_line_of_the_project() -> None:
    first = function.__code__.co_firstlineno
    with pytest.raises(ValueError, match="here") as caught:
        function()
    assert of_error(caught.value.__traceback__) == f"tests/serving/test_hops_places.py:{first + 1}"
    with pytest.raises(ValueError, match="invalid literal") as caught_later:
        functools.reduce(lambda _, each: int(each), ["x"], 0)
    assert of_error(caught_later.value.__traceback__).startswith("tests/serving/test_hops_places")
    outside = caught.value.__traceback__
    while outside is not None and is_project(outside.tb_frame.f_code.co_filename):
        outside = outside.tb_next
    assert of_error(outside) == ""


def test_definitions() -> None:
    @functools.wraps(function)
    def wrapped() -> None: ...

    line = f"tests/serving/test_hops_places.py:{function.__code__.co_firstlineno}"
    assert of_definition(function) == of_definition(wrapped) == line
    assert of_definition(TemplateView.as_view()).startswith("django/views/generic/base.py:")
    assert of_definition(NinjaAPI).startswith("ninja/main.py:")
    assert of_definition(NinjaAPI.get_openapi_schema).startswith("ninja/main.py:")
    assert of_definition(NinjaAPI(urls_namespace="places").add_router).startswith("ninja/main.py:")
    assert of_definition(len) == of_definition([].append) == ""


def test_a_setting_is_in_the_settings_or_in_what_they_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    path = ".".join(["a", "fork", "Middleware"])  # this file is one of the project's, too
    names = ["afar", "fork_settings.base", "fork_settings.production"]
    for name in names:
        file = tmp_path / f"{name.replace('.', '/')}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"MIDDLEWARE = [\n    '{path}',\n]\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert of_setting(path) == ""
    settings.SETTINGS_MODULE = names[2]
    for name in names:
        importlib.import_module(name)
        assert of_setting(path) == f"{tmp_path}/{name.replace('.', '/')}.py:2"
    for name in [*names, "fork_settings"]:
        del sys.modules[name]


def test_a_setting_of_the_shipped_settings() -> None:
    security = "app.serving.middleware.security.SecurityMiddleware"
    assert of_setting(security).startswith("config/settings.py:")
