"""The settings as a whole: what is wrong ends every way of starting, what is right is safe."""

import os
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core import signing
from django.db import connection
from django.db.utils import ConnectionHandler
from django.test import override_settings
from psycopg.conninfo import make_conninfo

from app.serving import pools
from tests import environment

ROOT = Path(__file__).resolve().parents[2]
NAME = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["name"]
NEEDED = {
    "SECRET_KEY": "for-tests-" * 6,
    "ALLOWED_HOSTS": "api.example.com",
    "DATABASE_URL": "postgres://user:password@db:5432/name",
}
JWKS = "https://id.example.com/jwks"
PROVIDER = {"AUTH_JWKS": JWKS, "AUTH_ISSUER": "https://id.example.com/", "AUTH_AUDIENCE": "notes"}
NEW_ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}


def read(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> dict[str, Any]:
    """The settings that these variables give, and those that are needed."""
    monkeypatch.setattr(os, "environ", NEEDED | variables)
    return runpy.run_path(str(ROOT / "config" / "settings.py"))


WRONG = [
    ({"ADMIN": "maybe"}, "ADMIN: found 'maybe'"),
    ({"DEBUG": "maybe"}, "DEBUG: found 'maybe'"),
    ({"SECRET_KEY": ""}, "SECRET_KEY: not set"),
    ({"SECRET_KEY_FILE": "/missing"}, "SECRET_KEY: both SECRET_KEY and SECRET_KEY_FILE are set"),
    ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/missing"}, "SECRET_KEY_FILE: '/missing': No such"),
    ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS: not set"),
    ({"PORT": "x"}, "PORT: found 'x'"),
    ({"PORT": "0"}, "PORT: found '0'"),
    ({"METRICS_PORT": "99999"}, "METRICS_PORT: found '99999'"),
    ({"METRICS_PORT": "8000"}, "METRICS_PORT: found 8000, which is PORT too"),
    ({"WEB_CONCURRENCY": "0"}, "WEB_CONCURRENCY: found '0'"),
    ({"DRAIN_SECONDS": "0"}, "DRAIN_SECONDS: found '0'"),
    ({"DRAIN_SECONDS": "-1"}, "DRAIN_SECONDS: found '-1'"),
    ({"GRACE_SECONDS": "0"}, "GRACE_SECONDS: found '0'"),
    ({"KEEP_ALIVE_SECONDS": "long"}, "KEEP_ALIVE_SECONDS: found 'long'"),
    ({"FORWARDED_ALLOW_IPS": "*"}, "anyone can forge"),
    ({"FORWARDED_ALLOW_IPS": "ingress"}, "FORWARDED_ALLOW_IPS: found 'ingress'"),
    ({"BODY_LIMIT_BYTES": "1M"}, "BODY_LIMIT_BYTES: found '1M'"),
    ({"HEADER_LIMIT_BYTES": "1"}, "HEADER_LIMIT_BYTES: found '1'"),
    ({"HEADER_LIMIT_COUNT": "0"}, "HEADER_LIMIT_COUNT: found '0'"),
    ({"FIRST_BYTE_SECONDS": "0"}, "FIRST_BYTE_SECONDS: found '0'"),
    ({"HEADER_SECONDS": "nan"}, "HEADER_SECONDS: found 'nan'"),
    ({"BODY_SECONDS": "inf"}, "BODY_SECONDS: found 'inf'"),
    ({"CONNECTION_LIMIT": "-1"}, "CONNECTION_LIMIT: found '-1'"),
    ({"READY_TIMEOUT_SECONDS": "0"}, "READY_TIMEOUT_SECONDS: found '0'"),
    ({"DATABASE_URL": ""}, "DATABASE_URL: not set"),
    ({"DATABASE_URL": "foo"}, "DATABASE_URL: found 3 characters, not shown"),
    ({"DB_POOL_MIN": "11"}, "DB_POOL_MIN: found 11; allowed: DB_POOL_MAX (10) or less"),
    ({"DB_CONNECT_TIMEOUT": "1.5"}, "DB_CONNECT_TIMEOUT: found '1.5'"),
    ({"CACHE_URL": "foo"}, "CACHE_URL: found 3 characters, not shown"),
    ({"AUTH_JWKS": "/nowhere"}, "AUTH_JWKS: found '/nowhere' (there is no such file)"),
    ({"AUTH_JWKS": JWKS, "AUTH_AUDIENCE": "x"}, "AUTH_ISSUER: not set"),
    ({"AUTH_JWKS": JWKS, "AUTH_ISSUER": "x"}, "AUTH_AUDIENCE: not set"),
    ({"AUTH_ALGORITHMS": "RS256,HS256"}, "AUTH_ALGORITHMS: found 'RS256,HS256'"),
    ({"AUTH_ALGORITHMS": ""}, "AUTH_ALGORITHMS: found nothing"),
    ({"AUTH_LEEWAY_SECONDS": "301"}, "AUTH_LEEWAY_SECONDS: found '301'"),
    ({"AUTH_SECRET": "x" * 32}, "AUTH_SECRET: set; allowed: only where ALLOWED_HOSTS are names"),
    ({"AUTH_SECRET": "short", "ALLOWED_HOSTS": "localhost"}, "AUTH_SECRET: found 5 characters"),
    ({**PROVIDER, "AUTH_SECRET": "x" * 32, "ALLOWED_HOSTS": "[::1]"}, "AUTH_SECRET: both"),
    ({"CORS_ALLOWED_ORIGINS": "*"}, "CORS_ALLOWED_ORIGINS: found '*'"),
    ({"SECURE_HSTS_SECONDS": "-1"}, "SECURE_HSTS_SECONDS: found '-1'"),
    ({"IDEMPOTENCY_HOURS": "0"}, "IDEMPOTENCY_HOURS: found '0'"),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL: found 'LOUD'; allowed: one of DEBUG, INFO, WARNING"),
    ({"LOG_FORMAT": "xml"}, "LOG_FORMAT: found 'xml'; allowed: one of json, console"),
    ({"LOG_BODY_BYTES": "-1"}, "LOG_BODY_BYTES: found '-1'"),
    ({"LOG_QUEUE_SIZE": "0"}, "LOG_QUEUE_SIZE: found '0'"),
    ({"LOOP_BLOCK_SECONDS": "0"}, "LOOP_BLOCK_SECONDS: found '0'"),
]


@pytest.mark.parametrize(("variables", "words"), WRONG, ids=lambda case: str(case)[:40])
def test_a_wrong_setting_ends_the_program(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variables: dict[str, str],
    words: str,
) -> None:
    with pytest.raises(SystemExit) as ended:
        read(monkeypatch, variables)
    assert ended.value.code == os.EX_CONFIG
    told = capsys.readouterr().err
    assert "1 setting is wrong" in told
    assert words in told


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["manage.py", "runserver"],
        ["-m", "gunicorn", "-c", "config/gunicorn.py", "config.asgi:application"],
        ["-m", "uvicorn", "config.asgi:application"],
    ],
    ids=lambda command: command[1],
)
def test_every_way_of_starting_ends_with_78_and_no_traceback(command: list[str]) -> None:
    wrong = {"PORT": "x", "WEB_CONCURRENCY": "0", "DATABASE_URL": "postgres://u:hush@/"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=NEW_ENVIRONMENT | wrong,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == os.EX_CONFIG
    assert done.stdout == ""
    head, *lines = done.stderr.splitlines()
    assert head == "Not started: 5 settings are wrong (docs/settings.md explains each)."
    names = [line.split(":")[0].strip() for line in lines]
    assert names == ["SECRET_KEY", "ALLOWED_HOSTS", "PORT", "WEB_CONCURRENCY", "DATABASE_URL"]
    assert "hush" not in done.stderr


def test_defaults_are_safe_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, {})
    assert settings["DEBUG"] is False
    assert settings["REHEARSAL"] is False
    assert settings["ADMIN"] is False
    assert "TEMPLATES" not in settings
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["CSRF_COOKIE_SECURE"] is True
    assert settings["LOG_QUERY"] is False
    assert settings["LOG_BODY_BYTES"] == 0
    # uvicorn sets the scheme, and believes only FORWARDED_ALLOW_IPS.
    assert "SECURE_PROXY_SSL_HEADER" not in settings
    assert settings["FORWARDED_ALLOW_IPS"] == ["127.0.0.1", "::1"]


def test_production_values_pass_the_deployment_check() -> None:
    production = {
        "SECRET_KEY": "".join(map(chr, range(ord("0"), ord("z")))),
        "SECURE_SSL_REDIRECT": "true",
        "SECURE_HSTS_SECONDS": "31536000",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": "true",
        "SECURE_HSTS_PRELOAD": "true",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=NEW_ENVIRONMENT | NEEDED | production,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_a_new_key_ends_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = signing.dumps("session", key=NEEDED["SECRET_KEY"])
    settings = read(
        monkeypatch,
        {"SECRET_KEY": "new-" * 15, "SECRET_KEY_FALLBACKS": f"oldest,{NEEDED['SECRET_KEY']}"},
    )
    fallbacks = settings["SECRET_KEY_FALLBACKS"]
    with override_settings(SECRET_KEY=settings["SECRET_KEY"], SECRET_KEY_FALLBACKS=fallbacks):
        assert signing.loads(cookie) == "session"
    with override_settings(SECRET_KEY=settings["SECRET_KEY"]), pytest.raises(signing.BadSignature):
        signing.loads(cookie)


def test_the_admin_brings_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    without, settings = read(monkeypatch, {}), read(monkeypatch, {"ADMIN": "true"})
    apps = set(settings["INSTALLED_APPS"]) - set(without["INSTALLED_APPS"])
    names = {"admin", "auth", "contenttypes", "messages", "sessions", "staticfiles"}
    assert apps == {f"django.contrib.{name}" for name in names}
    assert settings["MIDDLEWARE"][0] == without["MIDDLEWARE"][0]
    assert all(name.startswith("app.serving.middleware.") for name in settings["MIDDLEWARE"])
    assert settings["STATIC_ROOT"] == ROOT / "var" / "static"


def test_tokens_are_those_of_a_provider_or_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = read(monkeypatch, PROVIDER)
    assert {name: provider[name] for name in PROVIDER} == PROVIDER
    assert provider["AUTH_ALGORITHMS"] == ["RS256", "ES256", "EdDSA"]
    assert provider["AUTH_CUSTOMER_CLAIM"] == "amsOrganizationId"
    own = {"AUTH_SECRET": "x" * 32, "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]"}
    development = read(monkeypatch, own)
    assert (development["AUTH_ISSUER"], development["AUTH_AUDIENCE"]) == (NAME, NAME)
    assert read(monkeypatch, {})["AUTH_SECRET"] == read(monkeypatch, {})["AUTH_JWKS"] == ""


def test_the_database_is_pooled_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"DB_POOL_MIN": "2", "DB_POOL_MAX": "4", "DB_POOL_TIMEOUT": "1.5"}
    default = read(monkeypatch, variables)["DATABASES"]["default"]
    assert default["ENGINE"] == "app.serving.postgresql"
    assert default["CONN_MAX_AGE"] == 0
    assert default["OPTIONS"]["pool"] == {
        "min_size": 2,
        "max_size": 4,
        "timeout": 1.5,
        "reconnect_timeout": 0.25,
        "reconnect_failed": pools.begin_again,
    }
    assert "ATOMIC_REQUESTS" not in default


def parameters(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> dict[str, Any]:
    """What psycopg connects with, for a request and for the readiness check."""
    databases = read(monkeypatch, variables)["DATABASES"]
    alias = ConnectionHandler(databases).create_connection("default")
    found: dict[str, Any] = alias.get_connection_params()
    return found


def test_what_bounds_a_connection_is_explicit(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"DB_CONNECT_TIMEOUT": "3", "DB_STATEMENT_TIMEOUT_SECONDS": "1.5"}
    found = parameters(monkeypatch, variables)
    assert found["connect_timeout"] == 3
    assert found["options"] == "-c statement_timeout=1500"
    assert found["application_name"] == NAME
    assert "pool" not in found


def test_the_options_of_the_address_win(monkeypatch: pytest.MonkeyPatch) -> None:
    url = NEEDED["DATABASE_URL"] + "?connect_timeout=7&application_name=mine"
    found = parameters(monkeypatch, {"DATABASE_URL": url})
    assert (found["connect_timeout"], found["application_name"]) == (7, "mine")


def test_tls_of_the_address_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    tls = {
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ssl/our ca.pem",
        "sslcert": "/run/secrets/tls.crt",
        "sslkey": "/run/secrets/tls.key",
        "sslnegotiation": "direct",
        "ssl_min_protocol_version": "TLSv1.3",
        "channel_binding": "require",
    }
    url = f"{NEEDED['DATABASE_URL']}?{urlencode(tls, quote_via=quote)}"
    found = parameters(monkeypatch, {"DATABASE_URL": url})
    assert {name: found[name] for name in tls} == tls
    assert make_conninfo(**{name: found[name] for name in tls})  # libpq knows each


@pytest.mark.django_db
def test_the_database_knows_who_asks_and_for_how_long() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s), current_setting(%s)", ["application_name"] * 2)
        assert cursor.fetchone() == (NAME, NAME)
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("30s",)


def test_cors_costs_nothing_until_origins_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    without = read(monkeypatch, {})
    assert not [name for name in without["MIDDLEWARE"] if "cors" in name]
    origins = "https://app.example.com, http://localhost:3000"
    with_origins = read(monkeypatch, {"CORS_ALLOWED_ORIGINS": origins})
    assert with_origins["MIDDLEWARE"] == [
        "corsheaders.middleware.CorsMiddleware",
        *without["MIDDLEWARE"],
    ]
    assert with_origins["INSTALLED_APPS"] == [*without["INSTALLED_APPS"], "corsheaders"]


def test_services_side_by_side_share_no_runtime_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    one = read(monkeypatch, {"PORT": "8001"})["RUNTIME_DIR"]
    other = read(monkeypatch, {"PORT": "8002"})["RUNTIME_DIR"]
    assert one != other
    assert read(monkeypatch, {"RUNTIME_DIR": "/run/service"})["RUNTIME_DIR"] == "/run/service"
    assert read(monkeypatch, {"TMPDIR": "/scratch"})["RUNTIME_DIR"].startswith("/scratch/asgi-")


@pytest.mark.parametrize(("terminal", "log_format"), [(True, "console"), (False, "json")])
def test_logs_are_for_people_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, log_format: str
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    assert read(monkeypatch, {})["LOG_FORMAT"] == log_format


def test_what_tests_get_is_what_settings_need() -> None:
    assert NEEDED.keys() < environment.VALUES.keys()
