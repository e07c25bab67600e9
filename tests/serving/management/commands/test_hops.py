"""`manage.py hops`."""

import io
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpRequest, HttpResponse
from django.urls import path
from pytest_django import Settings

from app.asgi import Receive, Scope, Send
from app.serving.handler import AsyncHandler
from tests.server.harness import ROOT
from tests.serving import hops_urls


async def echo(request: HttpRequest) -> HttpResponse:
    token = request.headers.get("Authorization", "")
    os.write(1, b"a line of the log\n")
    return HttpResponse(status=201 if (request.method, request.body, token) == EXPECTED else 400)


EXPECTED = ("POST", b"body", "Bearer t")
urlpatterns = [path("echo", echo), *hops_urls.urlpatterns]
the_application = AsyncHandler()


async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise ValueError("broken")


@pytest.fixture(autouse=True)
def project(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    settings.ASGI_APPLICATION = f"{__name__}.the_application"


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("hops", *arguments, stdout=out)
    return out.getvalue()


def data(*arguments: str) -> Any:
    return json.loads(command("--json", *arguments))


def test_text_and_data() -> None:
    assert "0 hops: this request never leaves the event loop." in command("/hello")
    assert "synchronous view" in command("/sync")
    assert data("/hello?x=1", "--repeat", "3")["hops_of_each_run"] == [0, 0, 0]
    assert data("/hello", "--stock")["hops"] == 2


def test_the_log_goes_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    call_command("hops", "/echo", "--json")
    out, err = capfd.readouterr()
    assert json.loads(out)["status"] == 400
    assert err == "a line of the log\n"


def test_method_header_body_and_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "body").write_bytes(b"body")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"body")))
    for body in ("body", f"@{tmp_path}/body", "@-"):
        assert data("/echo", "--data", body, "--token", "t")["status"] == 201
    assert data("/echo", "-d", "body", "-H", "Authorization: Bearer t")["status"] == 201
    assert data("/echo", "-d", "body", "--token", "t", "-X", "put")["status"] == 400
    assert data("/echo")["method"] == "GET"


def test_html(tmp_path: Path) -> None:
    file = tmp_path / "hops.html"
    assert command("/sync", "--html", str(file))
    assert file.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["/sync", "--max", "1"], "2 hops are more than --max 1."),
        # A path that has been mistyped has no hop either.
        (["/hello", "--max", "0", "--status", "404"], "It was answered 200"),
        (["/nowhere", "--max", "9"], "It was answered 404"),
        (["hello"], "The path begins with a slash: /hello"),
        (["/hello", "--repeat", "0"], "--repeat is 1 or more."),
        (["/hello", "-H", "no colon"], "A header is 'Name: value', not 'no colon'."),
        (["/hello", "-d", "@/nowhere/body"], "--data @/nowhere/body: No such file or directory."),
        (["/hello", "--html", "/nowhere/x.html"], "/nowhere/x.html cannot be written to: No such"),
    ],
)
def test_one_sentence_and_status_1(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError) as caught:
        command(*arguments)
    assert str(caught.value).startswith(message)
    assert caught.value.returncode == 1


@pytest.mark.parametrize(
    "arguments", [["/hello", "--max", "0"], ["/nowhere", "--max", "2", "--status", "404"]]
)
def test_status_0(arguments: list[str]) -> None:
    assert command(*arguments)


def test_an_application_that_fails(settings: Settings) -> None:
    settings.ASGI_APPLICATION = f"{__name__}.failing"
    with pytest.raises(CommandError, match=r"^The application raised ValueError\('broken'\)\.$"):
        command("/hello")


def run(settings_module: str, tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    more = {"DJANGO_SETTINGS_MODULE": settings_module, "RUNTIME_DIR": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "manage.py", "hops", "/api/async_sleep/", *arguments],
        cwd=ROOT,
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_shipped_stack_has_no_hop(tmp_path: Path) -> None:
    done = run("config.settings", tmp_path, "--max", "0")
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    assert last == "0 hops: this request never leaves the event loop."


def test_the_stack_of_the_question(tmp_path: Path) -> None:
    done = run("tests.serving.question_settings", tmp_path, "--json", "--max", "0")
    assert done.returncode == 1
    assert "7 hops are more than --max 0." in done.stderr
    found = json.loads(done.stdout)
    whys = [step["why"].partition(":")[0] for step in found["steps"]]
    assert whys == [
        "synchronous receiver of request_started",
        "synchronous middleware",
        "MiddlewareMixin",
        "synchronous hook of a middleware",
        "synchronous hook of a middleware",
        "MiddlewareMixin",
        "end of the request",
    ]
    assert found["steps"][1]["what"] == "tests.serving.stacks.ApiLogger"
    assert found["steps"][1]["thread_seconds"] > 1
    named = [change["what"].split("'")[1] for change in found["changes"][1:]]
    stock = 12 - 1  # corsheaders' is asynchronous itself
    assert len(named) == len(set(named)) == stock
    for change in found["changes"][1:]:
        file, line = change["where"].split(":")
        text = (ROOT / file).read_text().splitlines()[int(line) - 1]
        assert file == "tests/serving/stacks.py"
        assert any(name in text for name in named)
