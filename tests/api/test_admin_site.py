"""The admin is not there unless it is asked for."""

import subprocess
import sys
from pathlib import Path

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.urls import URLPattern, URLResolver

from app.api.admin_site import admin_site
from tests.callers import call
from tests.serving import stacks

STORAGES = {"staticfiles": {"BACKEND": "app.api.static_storage.Storage"}}


def test_by_default_there_is_none() -> None:
    assert admin_site(False) == []
    shipped = [each for each in settings.INSTALLED_APPS if each.startswith("django.contrib")]
    assert set(shipped) <= {"django.contrib.postgres"}
    assert len(settings.MIDDLEWARE) == 1
    for path in ("/admin/", "/admin/login/", "/static/admin/css/base.css"):
        assert call("GET", path).status == 404


def test_by_default_nothing_of_it_is_imported() -> None:
    code = (
        "import sys, config.asgi\n"
        "print([each for each in sys.modules if each.startswith('django.contrib.admin')"
        " or each.startswith('django.contrib.staticfiles')"
        " or each.startswith('app.') and each.endswith('.admin')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_asked_for_it_brings_its_files(tmp_path: Path) -> None:
    files = {"STORAGES": STORAGES, "STATIC_URL": "/static/", "STATIC_ROOT": tmp_path}
    apps = ("django.contrib.admin", "django.contrib.staticfiles")
    with stacks.installed(*apps), override_settings(**files):
        call_command("collectstatic", verbosity=0, interactive=False)
        admin, static = admin_site(True)
    assert isinstance(admin, URLResolver)
    assert (admin.app_name, str(admin.pattern)) == ("admin", "admin/")
    assert isinstance(static, URLPattern)
    assert str(static.pattern) == "static/<path:name>"
    assert iscoroutinefunction(static.callback)
