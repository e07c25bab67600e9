"""Settings, all from the environment.

The comment above each is its page in docs/settings.md and its line in .env.example (`make docs`).
"""

import os
import sys
import tomllib
from pathlib import Path
from typing import Any

from config import kinds
from config.env import Environment
from config.logging import logging_config

from app.serving import pools

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)

# GENERAL
# ------------------------------------------------------------------------------
# https://docs.djangoproject.com/en/5.2/ref/settings/#debug
# Tracebacks in answers, for whoever asks. Never in production.
DEBUG = env("DEBUG", kinds.boolean, False)
# https://docs.djangoproject.com/en/5.2/ref/settings/#secret-key
# Signs sessions and tokens: 50 random characters or more, the same in every pod.
SECRET_KEY = env.required("SECRET_KEY", kinds.secret, "50-random-characters")
# https://docs.djangoproject.com/en/5.2/ref/settings/#secret-key-fallbacks
# Keys that were SECRET_KEY before: what they signed stays good, so that a new key ends no session.
SECRET_KEY_FALLBACKS = env("SECRET_KEY_FALLBACKS", kinds.several(kinds.secret), [])
# https://docs.djangoproject.com/en/5.2/ref/settings/#allowed-hosts
# The host names that the service answers to. Probes are answered whatever their Host header says.
ALLOWED_HOSTS = env.required("ALLOWED_HOSTS", kinds.several(kinds.host), "api.example.com")
# https://github.com/opencontainers/image-spec/blob/main/annotations.md
# The commit that was built, for `/version` and the build metric; the image sets it.
COMMIT = env("COMMIT", kinds.text, "unknown")
# https://github.com/opencontainers/image-spec/blob/main/annotations.md
# That commit's time, in ISO 8601; the image sets it.
BUILD_TIME = env("BUILD_TIME", kinds.text, "unknown")
# https://github.com/stefanprodan/podinfo#web-api
# Serve `/rehearsal/`: answers that are slow, failing or blocking on request, to try a deployment.
REHEARSAL = env("REHEARSAL", kinds.boolean, False)

# https://docs.djangoproject.com/en/5.2/ref/contrib/admin/
# Serve Django's admin at `/admin/`; docs/admin.md says what it needs.
ADMIN = env("ADMIN", kinds.boolean, False)

# The name and the version stand in one place, pyproject.toml; the project is no installed package.
_project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]
SERVICE_NAME: str = _project["name"]
SERVICE_VERSION: str = _project["version"]
# https://docs.djangoproject.com/en/5.2/ref/settings/#time-zone
TIME_ZONE = "UTC"
# https://docs.djangoproject.com/en/5.2/ref/settings/#use-tz
USE_TZ = True

# SERVER
# ------------------------------------------------------------------------------
# https://gunicorn.org/reference/settings/#bind
# The address to listen on.
HOST = env("HOST", kinds.host, "0.0.0.0")  # noqa: S104 - a pod is reached by its own address
# https://gunicorn.org/reference/settings/#bind
# The port that requests come in on.
PORT = env("PORT", kinds.port, 8000)
# https://prometheus.io/docs/instrumenting/exposition_formats/
# The port of `/metrics`, which the workers do not serve.
METRICS_PORT = env("METRICS_PORT", kinds.port, 9464)
# https://gunicorn.org/reference/settings/#workers
# Worker processes. One per pod, and more pods: the CPU count would be the node's, not the pod's.
WEB_CONCURRENCY = env("WEB_CONCURRENCY", kinds.whole(1), 1)
# https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch03s18.html
# A private folder for what the processes of one service share; emptied at start.
RUNTIME_DIR = env(
    "RUNTIME_DIR",
    kinds.text,
    # tempfile.gettempdir() raises where nothing can be written, whatever RUNTIME_DIR says.
    str(Path(os.environ.get("TMPDIR") or "/tmp") / f"asgi-{os.getuid()}-{PORT}"),  # noqa: S108 - runtime_dir.py
    depends="asgi-UID-PORT in the folder for temporary files",
)
# https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
# How long a worker has after SIGTERM: half of it to serve on, telling every connection to close.
DRAIN_SECONDS = env("DRAIN_SECONDS", kinds.whole(1, 3600), 10)
# https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
# The pod's terminationGracePeriodSeconds less its preStop: `manage.py check` compares the drain.
GRACE_SECONDS = env("GRACE_SECONDS", kinds.whole(1), 30)
# https://gunicorn.org/reference/settings/#keepalive
# How long an idle connection stays open: longer than the load balancer's (often 60).
KEEP_ALIVE_SECONDS = env("KEEP_ALIVE_SECONDS", kinds.whole(1, 3600), 75)
# https://gunicorn.org/reference/settings/#forwarded_allow_ips
# The proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. `*` is refused.
FORWARDED_ALLOW_IPS = env("FORWARDED_ALLOW_IPS", kinds.several(kinds.network), ["127.0.0.1", "::1"])

# LIMITS
# ------------------------------------------------------------------------------
# https://www.rfc-editor.org/rfc/rfc9110#section-15.5.14
# The largest request body; 413 above it. A view may have a limit of its own.
BODY_LIMIT_BYTES = env("BODY_LIMIT_BYTES", kinds.whole(0), 1_048_576)
# https://www.rfc-editor.org/rfc/rfc6585#section-5
# The largest request line and headers together; 431 above it.
HEADER_LIMIT_BYTES = env("HEADER_LIMIT_BYTES", kinds.whole(1024), 131_072)
# https://www.rfc-editor.org/rfc/rfc6585#section-5
# The most header fields of a request; 431 above it.
HEADER_LIMIT_COUNT = env("HEADER_LIMIT_COUNT", kinds.whole(1), 100)
# https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9
# How long a new connection may be silent.
FIRST_BYTE_SECONDS = env("FIRST_BYTE_SECONDS", kinds.seconds(), 10.0)
# https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9
# How long the headers may take from their first byte to their last.
HEADER_SECONDS = env("HEADER_SECONDS", kinds.seconds(), 10.0)
# https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9
# How long the body may take from the end of the headers.
BODY_SECONDS = env("BODY_SECONDS", kinds.seconds(), 60.0)
# https://docs.python.org/3/library/resource.html#resource.RLIMIT_NOFILE
# The most open connections of a worker; 0 is as many as its limit of open files allows.
CONNECTION_LIMIT = env("CONNECTION_LIMIT", kinds.whole(0), 0)

# PROBES
# ------------------------------------------------------------------------------
# https://kubernetes.io/docs/reference/using-api/health-checks/
# How long one readiness check may take.
READY_TIMEOUT_SECONDS = env("READY_TIMEOUT_SECONDS", kinds.seconds(), 0.8)
# https://kubernetes.io/docs/reference/using-api/health-checks/
# How long its verdict is kept, so that a storm of probes asks once.
READY_CACHE_SECONDS = env("READY_CACHE_SECONDS", kinds.seconds(0), 1.0)

# DATABASES
# ------------------------------------------------------------------------------
# https://django-environ.readthedocs.io/en/latest/types.html#environ-env-db-url
# The PostgreSQL database. `make run` and `make dev` start one of their own when this is not set.
_database = env.required("DATABASE_URL", kinds.database, "postgres://user:password@host:5432/name")
# https://www.psycopg.org/psycopg3/docs/api/pool.html#psycopg_pool.ConnectionPool
# Connections that each worker keeps open.
DB_POOL_MIN = env("DB_POOL_MIN", kinds.whole(0), 1)
# https://www.psycopg.org/psycopg3/docs/api/pool.html#psycopg_pool.ConnectionPool
# The most that it opens: pods × workers × this must fit into PostgreSQL's max_connections.
DB_POOL_MAX = env("DB_POOL_MAX", kinds.whole(1), 10)
# https://www.psycopg.org/psycopg3/docs/api/pool.html#psycopg_pool.ConnectionPool
# How long a request waits for a connection of the pool.
DB_POOL_TIMEOUT = env("DB_POOL_TIMEOUT", kinds.seconds(), 5.0)
# https://docs.djangoproject.com/en/5.2/topics/async/#async-safety
# Requests of a worker, beyond DB_POOL_MAX, that may have a thread; the next get 503 at once.
DB_MAX_WAITING = env("DB_MAX_WAITING", kinds.whole(0), 40)
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-CONNECT-TIMEOUT
# How long opening a connection may take, in whole seconds.
DB_CONNECT_TIMEOUT = env("DB_CONNECT_TIMEOUT", kinds.whole(2), 2)
# https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT
# How long a statement may run; 0 is without end, which long migrations want.
DB_STATEMENT_TIMEOUT_SECONDS = env("DB_STATEMENT_TIMEOUT_SECONDS", kinds.seconds(0), 30.0)
# https://docs.djangoproject.com/en/5.2/ref/databases/#connection-pool
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_database,
        "ENGINE": "app.serving.postgresql",
        # Under ASGI each request has a thread of its own, and persistent connections belong to
        # threads: with 60 here 100 requests leaked 40 connections. The pool takes their place.
        "CONN_MAX_AGE": 0,
        # They would ask each connection before each request; the engine looks, without asking.
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            "application_name": SERVICE_NAME,
            "connect_timeout": DB_CONNECT_TIMEOUT,
            "options": f"-c statement_timeout={int(DB_STATEMENT_TIMEOUT_SECONDS * 1000)}",
            **_database.get("OPTIONS", {}),
            "pool": {
                "min_size": DB_POOL_MIN,
                "max_size": DB_POOL_MAX,
                "timeout": DB_POOL_TIMEOUT,
                # By default the pauses between its attempts double for 300 s.
                "reconnect_timeout": 0.25,
                "reconnect_failed": pools.begin_again,
            },
        },
    }
}
# https://docs.djangoproject.com/en/5.2/ref/settings/#default-auto-field
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# CACHES
# ------------------------------------------------------------------------------
# https://django-environ.readthedocs.io/en/latest/types.html#environ-env-cache-url
# The cache; without one each worker remembers for itself.
_cache = env(
    "CACHE_URL", kinds.cache, kinds.cache.parse("locmemcache://"), depends="locmemcache://"
)
# https://docs.djangoproject.com/en/5.2/ref/settings/#caches
CACHES = {"default": _cache}

# URLS
# ------------------------------------------------------------------------------
# https://docs.djangoproject.com/en/5.2/ref/settings/#root-urlconf
ROOT_URLCONF = "config.urls"
# https://channels.readthedocs.io/en/stable/deploying.html#configuring-the-asgi-application
# What gunicorn serves; `manage.py hops` asks it. Django itself reads no such setting.
ASGI_APPLICATION = "config.asgi.application"

# APPS
# ------------------------------------------------------------------------------
# https://docs.djangoproject.com/en/5.2/ref/settings/#installed-apps
INSTALLED_APPS = [
    "django.contrib.postgres",  # asked for by ArrayField, from Django 6.0 on
    "app.serving",
    "app.telemetry",
    "app.identity",
    "app.api",
    "app.notes",
]

# MIDDLEWARE
# ------------------------------------------------------------------------------
# https://docs.djangoproject.com/en/5.2/ref/settings/#middleware
# An API needs no more. What else Django has stands in app/serving/middleware, free of threads.
MIDDLEWARE = ["app.serving.middleware.security.SecurityMiddleware"]

# ADMIN
# ------------------------------------------------------------------------------
if ADMIN:
    INSTALLED_APPS += [
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.messages",
        "django.contrib.sessions",
        "django.contrib.staticfiles",
    ]
    # They stay on the loop, and touch a session only for who has its cookie.
    MIDDLEWARE += [
        "app.serving.middleware.csp.ContentSecurityPolicyMiddleware",
        "app.serving.middleware.sessions.SessionMiddleware",
        "app.serving.middleware.csrf.CsrfViewMiddleware",
        "app.serving.middleware.auth.AuthenticationMiddleware",
        "app.serving.middleware.messages.MessageMiddleware",
        "app.serving.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    # https://docs.djangoproject.com/en/5.2/ref/settings/#templates
    TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ]
    # https://docs.djangoproject.com/en/5.2/ref/settings/#auth-password-validators
    AUTH_PASSWORD_VALIDATORS = [
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ]
    # https://docs.djangoproject.com/en/5.2/ref/settings/#static-files
    STATIC_URL = "static/"
    # Filled by `manage.py collectstatic`, when the image is built or by `make run`.
    STATIC_ROOT = BASE_DIR / "var" / "static"
    STORAGES = {"staticfiles": {"BACKEND": "app.api.static_storage.Storage"}}

# IDENTITY
# ------------------------------------------------------------------------------
# https://www.rfc-editor.org/rfc/rfc7517#section-5
# The identity provider's public keys. Without them (and AUTH_SECRET) every token is refused.
AUTH_JWKS = env("AUTH_JWKS", kinds.key_set, "")
# https://www.rfc-editor.org/rfc/rfc7519#section-4.1.1
# The `iss` that tokens must have, to the letter.
AUTH_ISSUER = env(
    "AUTH_ISSUER", kinds.text, "", depends="required with AUTH_JWKS, else the service's name"
)
# https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3
# The `aud` that tokens must have, alone or among others.
AUTH_AUDIENCE = env(
    "AUTH_AUDIENCE", kinds.text, "", depends="required with AUTH_JWKS, else the service's name"
)
# https://www.rfc-editor.org/rfc/rfc8725#section-3.1
# The algorithms by which tokens may be signed.
AUTH_ALGORITHMS = env(
    "AUTH_ALGORITHMS",
    kinds.several(kinds.one_of("RS256", "ES256", "EdDSA")),
    ["RS256", "ES256", "EdDSA"],
)
# https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
# How many seconds the provider's clock and ours may differ.
AUTH_LEEWAY_SECONDS = env("AUTH_LEEWAY_SECONDS", kinds.whole(0, 300), 30)
# https://www.rfc-editor.org/rfc/rfc7519#section-4
# The claim that names the customer.
AUTH_CUSTOMER_CLAIM = env("AUTH_CUSTOMER_CLAIM", kinds.text, "amsOrganizationId")
# https://www.rfc-editor.org/rfc/rfc7518#section-3.2
# For development: signs and checks tokens by HS256 (`manage.py token`). `make run` makes one.
AUTH_SECRET = env("AUTH_SECRET", kinds.secret, "")

# SECURITY
# ------------------------------------------------------------------------------
# https://github.com/adamchainz/django-cors-headers#cors_allowed_origins-sequencestr
# The browser origins that may call this service from a page of theirs.
CORS_ALLOWED_ORIGINS = env("CORS_ALLOWED_ORIGINS", kinds.several(kinds.origin), [])
if CORS_ALLOWED_ORIGINS:
    INSTALLED_APPS.append("corsheaders")
    MIDDLEWARE.insert(0, "corsheaders.middleware.CorsMiddleware")
# https://docs.djangoproject.com/en/5.2/ref/settings/#secure-ssl-redirect
# Redirect HTTP to HTTPS. Where TLS ends at the ingress, redirect there: pods talk HTTP.
SECURE_SSL_REDIRECT = env("SECURE_SSL_REDIRECT", kinds.boolean, False)
# https://docs.djangoproject.com/en/5.2/ref/settings/#secure-hsts-seconds
# How long browsers insist on HTTPS. They do not forget: begin with 60.
SECURE_HSTS_SECONDS = env("SECURE_HSTS_SECONDS", kinds.whole(0), 0)
# https://docs.djangoproject.com/en/5.2/ref/settings/#secure-hsts-include-subdomains
# Whether they do for all names below it, too.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env("SECURE_HSTS_INCLUDE_SUBDOMAINS", kinds.boolean, False)
# https://docs.djangoproject.com/en/5.2/ref/settings/#secure-hsts-preload
# Whether they may know it before the first visit.
SECURE_HSTS_PRELOAD = env("SECURE_HSTS_PRELOAD", kinds.boolean, False)
# SECURE_PROXY_SSL_HEADER stays unset: uvicorn sets the scheme, and only for FORWARDED_ALLOW_IPS.
# https://docs.djangoproject.com/en/5.2/ref/settings/#session-cookie-secure
SESSION_COOKIE_SECURE = True
# https://docs.djangoproject.com/en/5.2/ref/settings/#csrf-cookie-secure
CSRF_COOKIE_SECURE = True
# https://docs.djangoproject.com/en/5.2/ref/settings/#csrf-failure-view
CSRF_FAILURE_VIEW = "app.api.problems.csrf_failure"
# https://docs.djangoproject.com/en/5.2/ref/settings/#silenced-system-checks
# They look for the literal names of Django's middleware; app/serving/deploy_checks.py judges the
# same, and knows the subclasses.
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W003"]
# https://docs.djangoproject.com/en/5.2/ref/settings/#data-upload-max-memory-size
# None: bodies are bounded before Django sees them, and a view's own larger limit must hold.
DATA_UPLOAD_MAX_MEMORY_SIZE = None

# API
# ------------------------------------------------------------------------------
# https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
# For how many hours a request that is sent again with its Idempotency-Key gets its first answer.
IDEMPOTENCY_HOURS = env("IDEMPOTENCY_HOURS", kinds.whole(1, 8760), 24)

# LOGGING
# ------------------------------------------------------------------------------
# https://docs.djangoproject.com/en/5.2/topics/logging/#loggers
# The least level that is written.
LOG_LEVEL = env("LOG_LEVEL", kinds.one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), "INFO")
# https://nhairs.github.io/python-json-logger/latest/
# One JSON object a line, or coloured lines for people.
LOG_FORMAT = env(
    "LOG_FORMAT",
    kinds.one_of("json", "console"),
    "console" if sys.stdout.isatty() else "json",
    depends="json, and console on a terminal",
)
# https://opentelemetry.io/docs/specs/semconv/http/http-spans/
# A line when a request arrives, besides the one at its end.
LOG_ARRIVAL = env("LOG_ARRIVAL", kinds.boolean, False)
# https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude
# How much of a request's body is logged, with its secrets redacted; 0 is none.
LOG_BODY_BYTES = env("LOG_BODY_BYTES", kinds.whole(0, 65_536), 0)
# https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/
# Log query strings, with their secrets redacted.
LOG_QUERY = env("LOG_QUERY", kinds.boolean, False)
# https://docs.python.org/3/library/logging.handlers.html#queuehandler
# Lines that may wait to be written; more are dropped and counted, for waiting would stop the loop.
LOG_QUEUE_SIZE = env("LOG_QUEUE_SIZE", kinds.whole(1), 10_000)
# https://docs.python.org/3/library/asyncio-dev.html#debug-mode
# A loop that is blocked for longer is reported, with the stack of what blocks it.
LOOP_BLOCK_SECONDS = env("LOOP_BLOCK_SECONDS", kinds.seconds(), 0.5)
# https://docs.djangoproject.com/en/5.2/ref/settings/#logging
LOGGING = logging_config(LOG_LEVEL, LOG_FORMAT, LOG_QUEUE_SIZE)

# TOGETHER
# ------------------------------------------------------------------------------
if PORT == METRICS_PORT:
    env.problem("METRICS_PORT", f"found {METRICS_PORT}, which is PORT too", "a port of its own")
if DB_POOL_MIN > DB_POOL_MAX:
    env.problem("DB_POOL_MIN", f"found {DB_POOL_MIN}", f"DB_POOL_MAX ({DB_POOL_MAX}) or less")
if AUTH_JWKS and not AUTH_ISSUER:
    env.problem("AUTH_ISSUER", "not set", "with AUTH_JWKS, the iss of its tokens")
if AUTH_JWKS and not AUTH_AUDIENCE:
    env.problem("AUTH_AUDIENCE", "not set", "with AUTH_JWKS, the aud of its tokens for us")
AUTH_ISSUER, AUTH_AUDIENCE = AUTH_ISSUER or SERVICE_NAME, AUTH_AUDIENCE or SERVICE_NAME
if not AUTH_ALGORITHMS:
    env.problem("AUTH_ALGORITHMS", "found nothing", "one at least")
if AUTH_SECRET and AUTH_JWKS:
    env.problem("AUTH_SECRET", "both AUTH_SECRET and AUTH_JWKS are set", "one of the two")
# Who has it makes tokens for anybody. A service that answers to a name of its own is no
# development, whatever else is set.
if AUTH_SECRET and not set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]", "testserver"}:
    env.problem("AUTH_SECRET", "set", "only where ALLOWED_HOSTS are names of this machine")
if 0 < len(AUTH_SECRET.encode()) < 32:
    env.problem("AUTH_SECRET", f"found {len(AUTH_SECRET)} characters", "32 or more")
env.stop_if_wrong()
