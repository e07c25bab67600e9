"""A Django project on its stock handler, with `benchmarks.routes` and any middleware."""

import sys
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIHandler

from benchmarks import work

_database = urlsplit(work.DATABASE_URL)


def project(middleware: list[str], apps: list[str]) -> ASGIHandler:
    """Its application, configured as Django's deployment checklist and database notes say."""
    settings.configure(
        SECRET_KEY="for-benchmarks-" * 4,
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        ROOT_URLCONF="benchmarks.peers.django_urls",
        MIDDLEWARE=middleware,
        INSTALLED_APPS=["django.contrib.postgres", "app.notes", *apps],
        # https://docs.djangoproject.com/en/5.2/ref/databases/#connection-pool
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": _database.path.removeprefix("/"),
                "USER": _database.username or "",
                "CONN_HEALTH_CHECKS": True,
                "HOST": parse_qs(_database.query).get("host", [""])[0],
                "OPTIONS": {"pool": {"min_size": 1, "max_size": work.CONNECTIONS}},
            }
        },
        USE_TZ=True,
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": sys.stdout}},
            "loggers": {"api": {"handlers": ["stdout"], "level": "INFO"}},
        },
    )
    return get_asgi_application()
