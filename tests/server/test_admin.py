"""The admin where it is on: real pages, real files, and an API that stays itself."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.environment import database_beside
from tests.server.harness import ROOT, Server, gunicorn
from tests.server.visitor import Visitor, hops

CHROMIUM = shutil.which("chromium")
PASSWORD = "correct horse battery"


PRODUCTION = {
    "SECRET_KEY": "".join(map(chr, range(ord("0"), ord("z")))),
    "SECURE_SSL_REDIRECT": "true",
    "SECURE_HSTS_SECONDS": "31536000",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": "true",
    "SECURE_HSTS_PRELOAD": "true",
}


def manage(env: dict[str, str], *arguments: str) -> None:
    """Run a command of Django; CalledProcessError when it fails."""
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=os.environ | env, check=True)


@pytest.fixture(scope="module")
def env(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a service with ADMIN=true, prepared as an image and a rollout do it."""
    with database_beside(postgres, f"admin_{os.getpid()}") as url:
        env = {
            "ADMIN": "true",
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.server.admin_settings",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
            "STATIC_ROOT_OF_TEST": str(tmp_path_factory.mktemp("static")),
        }
        manage(env, "collectstatic", "--noinput", "--verbosity", "0")
        manage(env, "migrate_safely", "--verbosity", "0")
        user = ["--username", "ann", "--email", "ann@example.com"]
        manage(env, "createsuperuser", "--noinput", *user)
        yield env


@pytest.fixture(scope="module")
def server(env: dict[str, str]) -> Iterator[Server]:
    """That service, and a superuser."""
    with gunicorn(env) as running:
        yield running


def test_no_check_has_anything_against_it(env: dict[str, str]) -> None:
    manage(env | PRODUCTION, "check", "--deploy", "--fail-level", "WARNING")


def files(page: str) -> list[str]:
    """What a page loads."""
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', page)


def test_somebody_logs_in(server: Server) -> None:
    visitor = Visitor(server)
    away = visitor.ask("/admin/auth/user/")
    assert (away.status_code, away.headers["Location"]) == (
        302,
        "/admin/login/?next=/admin/auth/user/",
    )
    assert visitor.send("/admin/login/", username="ann", password="wrong").status_code == 200
    assert visitor.ask("/admin/login/", username="ann", password=PASSWORD).status_code == 403
    there = visitor.send("/admin/login/", username="ann", password=PASSWORD)
    assert (there.status_code, there.headers["Location"]) == (302, "/accounts/profile/")
    listed = visitor.ask("/admin/auth/user/?q=ann")
    assert listed.status_code == 200
    assert "ann@example.com" in listed.text


def test_a_note_is_written(server: Server) -> None:
    visitor = Visitor(server)
    visitor.send("/admin/login/", username="ann", password=PASSWORD)
    written = visitor.send("/admin/notes/note/add/", owner="acme", text="Milk & honey", tags="x")
    assert (written.status_code, written.headers["Location"]) == (302, "/admin/notes/note/")
    listed = visitor.ask("/admin/notes/note/?q=acme")
    assert listed.status_code == 200
    assert "Milk &amp; honey" in listed.text
    assert "was added successfully" in listed.text
    assert hops(server, "GET", "/admin/notes/note/add/") > 0
    assert "0 notes" in visitor.ask("/admin/notes/note/?q=acm").text


def test_its_files_are_kept_for_ever_and_its_pages_load_nothing_else(server: Server) -> None:
    page = Visitor(server).ask("/admin/login/")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Frame-Options"] == "DENY"
    found = files(page.text)
    assert len(found) > 5
    assert page.text.count("<script") == page.text.count("<script src=")
    for address in found:
        assert re.search(r"\.[0-9a-f]{12}\.(css|js)$", address)
        answer = httpx.get(server.url + address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"].startswith("text/")
    assert httpx.get(f"{server.url}/static/admin/css/base.css").status_code == 404
    for address in found:
        assert hops(server, "GET", address) == 0


def test_the_api_stays_itself(server: Server) -> None:
    for method, path, status in (
        ("GET", "/api/async_sleep/", 200),
        ("POST", "/api/async_sleep/", 405),
        ("GET", "/api/notes", 401),
        ("GET", "/nowhere", 404),
    ):
        answer = httpx.request(method, server.url + path, timeout=20)
        assert answer.status_code == status
        assert "Set-Cookie" not in answer.headers
        assert "Vary" not in answer.headers
        assert hops(server, method, path) == 0


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
def test_a_browser_finds_no_fault_with_its_policy(server: Server, tmp_path: Path) -> None:
    command = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",  # tests may run as root
        "--disable-gpu",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={tmp_path / 'browser'}",
        "--enable-logging=stderr",
        "--virtual-time-budget=10000",
        "--dump-dom",
        f"{server.url}/admin/login/",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=90)
    assert 'id="login-form"' in done.stdout
    assert "CONSOLE" not in done.stderr, done.stderr  # a broken policy is told there
