"""`manage.py token`."""

import asyncio
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from app.identity.caller import Caller
from app.identity.denied import Reason, Refused
from app.identity.identity import identity
from tests.client import http_scope
from tests.server.harness import ROOT


def caller_with(*arguments: str) -> Caller:
    out = StringIO()
    call_command("token", *arguments, stdout=out)
    authorization = b"Bearer " + out.getvalue().removesuffix("\n").encode()
    scope = http_scope(headers=[(b"authorization", authorization)])
    return asyncio.run(identity.authenticate(scope))


def test_prints_a_token_that_is_taken() -> None:
    assert caller_with() == Caller("demo", frozenset())
    arguments = ["--customer", "acme", "--scope", "notes:read", "notes:write", "--lifetime", "60"]
    assert caller_with(*arguments) == Caller("acme", frozenset({"notes:read", "notes:write"}))


def test_a_token_that_has_expired_can_be_tried() -> None:
    with pytest.raises(Refused) as caught:
        caller_with("--lifetime", "-60")
    assert caught.value.reason is Reason.EXPIRED


def test_refuses_without_the_secret(settings: Settings) -> None:
    settings.AUTH_SECRET = ""
    with pytest.raises(CommandError, match=r"^AUTH_SECRET is not set: only in development .*\.$"):
        call_command("token")


@pytest.mark.parametrize(
    ("variables", "status", "words"),
    [
        ({}, 1, "CommandError: AUTH_SECRET is not set"),
        ({"AUTH_SECRET": "for-tests-" * 6}, os.EX_CONFIG, "AUTH_SECRET: set; allowed: only where"),
    ],
)
def test_refuses_in_production(variables: dict[str, str], status: int, words: str) -> None:
    production = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "for-tests-" * 6,
        "ALLOWED_HOSTS": "api.example.com",
        "DATABASE_URL": "postgres://user:password@db:5432/name",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "token"],
        cwd=ROOT,
        env=production | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == status
    assert done.stdout == ""
    assert words in done.stderr
